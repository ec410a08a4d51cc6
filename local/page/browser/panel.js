import { Act } from './act.js';
import { html } from './html.js';
import { t } from './language.js';
import { useAnswer } from './live.js';
import { PersonName } from './person.js';
import { go } from './route.js';
import { Why } from './why.js';

const TABS = { act: Act, why: Why };

/** One person beside the matrix: act, and see what becomes of it; or why things are as they are. */
export function Panel({ layout, route }) {
  const { contact, tab } = route;
  const Tab = TABS[tab] ?? Act;
  const { answer } = useAnswer(
    `/people?search=${contact}&size=100`,
    ({ kind, contacts }) => kind === 'changed' && contacts.includes(contact),
  );
  const row = answer?.rows.find((one) => one.contact === contact);
  return html`<aside class="panel" aria-label=${t('panel')}>
    <div class="panel-head">
      <h2>${row ? html`<${PersonName} row=${row} />` : `#${contact}`}</h2>
      <button onClick=${() => go('people')}>${t('close')}</button>
    </div>
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
