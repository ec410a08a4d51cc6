import { useEffect, useRef } from 'preact/hooks';
import { Act } from './act.js';
import { html } from './html.js';
import { t } from './language.js';
import { useAnswer } from './live.js';
import { PersonName } from './person.js';
import { go, goInstead } from './route.js';
import { Why } from './why.js';

const TABS = { act: Act, why: Why };

/** One person beside the matrix: act, and see what becomes of it; or why things are as they are. */
export function Panel({ layout, route }) {
  const { contact, tab } = route;
  const Tab = TABS[tab] ?? Act;
  const { answer: row } = useAnswer(
    `/people/${contact}`,
    ({ kind, contacts }) => kind === 'changed' && contacts.includes(contact),
  );
  useFollow(row, route);
  const heading = useRef();
  // Whoever opened the panel by keyboard is led there, and back by Escape.
  useEffect(() => heading.current?.focus(), [contact, tab, route.column]);
  return html`<aside class="panel" aria-label=${t('panel')} onKeyDown=${({ key }) => key === 'Escape' && close()}>
    <div class="panel-head">
      <h2 tabindex="-1" ref=${heading}>${row ? html`<${PersonName} row=${row} />` : `#${contact}`}</h2>
      <button onClick=${close}>${t('close')}</button>
    </div>
    <${Merged} row=${row} contact=${contact} tab=${tab} />
    <div class="tabs">
      ${Object.keys(TABS).map(
        (
          one,
        ) => html`<button key=${one} aria-pressed=${String(TABS[tab] === TABS[one])} onClick=${() => go('people', contact, one)}>
          ${t(`tab.${one}`)}
        </button>`,
      )}
    </div>
    <${Tab} layout=${layout} contact=${contact} column=${route.column} row=${row} />
  </aside>`;
}

/** The record that an open panel showed until a merge, by the record that came out. */
const cameFrom = new Map();

/** While the panel is open, its record may become part of another one: the panel goes along. */
function useFollow(row, { tab, column }) {
  const wasApart = useRef(false);
  useEffect(() => {
    if (row === undefined) return;
    if (row.mergedInto === undefined) wasApart.current = true;
    else if (wasApart.current) {
      cameFrom.set(row.mergedInto, row.contact);
      goInstead('people', row.mergedInto, tab, column);
    }
  }, [row?.mergedInto, row === undefined]);
}

/** Says where the panel came from, or where the record went that somebody opened after its merge. */
function Merged({ row, contact, tab }) {
  if (cameFrom.has(contact))
    return html`<p role="status" class="note">${t('merged.from', { contact: cameFrom.get(contact) })}</p>`;
  if (row?.mergedInto === undefined) return null;
  const { mergedInto } = row;
  return html`<p><button onClick=${() => go('people', mergedInto, tab)}>${t('merged.into', { contact: mergedInto })}</button></p>`;
}

/** Leads back to the cell from which the panel was opened. */
function close() {
  go('people');
  document.querySelector('.matrix [data-place][tabindex="0"]')?.focus();
}
