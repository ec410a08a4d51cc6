import { useState } from 'preact/hooks';
import { formName } from './controls.js';
import { html } from './html.js';
import { currentLanguage, moment, t } from './language.js';
import { useAnswer } from './live.js';

/** Why a person stands where they stand: what waits, what HubSpot holds, and the timeline with its reasons. */
export function Why({ layout, contact, column: key, row }) {
  const { answer: why, error } = useAnswer(
    `/people/${contact}/why?lang=${currentLanguage()}`,
    ({ kind, contacts }) => kind === 'changed' && contacts.includes(contact),
  );
  const [isWhole, setWhole] = useState(false);
  const column = layout.companies.flatMap(({ columns }) => columns).find((one) => one.key === key);
  const company = isWhole ? undefined : column?.company;
  if (why === undefined) return html`<p role="status">${error ?? t('looking')}</p>`;
  return html`
    ${column && html`<h3>${column.name}</h3>`}
    <${Waits} waits=${why.waits} layout=${layout} />
    <${Standings} companies=${why.companies} only=${company} layout=${layout} />
    ${column && html`<${Controls} controls=${why.controls} column=${column} cell=${row?.cells[key]} />`}
    <h3>${t('timeline')}</h3>
    ${
      column &&
      html`<label class="line"><input type="checkbox" checked=${isWhole} onChange=${({ target }) => setWhole(target.checked)} /> ${t('whole')}</label>`
    }
    <${Timeline} entries=${why.timeline.filter(({ companies }) => isAbout(companies, company))} />
    <p class=${why.chain.holds ? 'done' : 'error'}>${why.chain.holds ? t('chain.holds') : t('chain.broken')}</p>
    <p><a href=${`/people/${contact}/disclosure?lang=${currentLanguage()}`} target="_blank" rel="noreferrer">${t('disclosure')}</a></p>
    <p class="note">${t('as-tool')} <code>npx widerruf explain ${contact}</code></p>`;
}

/** An entry that names no company is about all of them. */
function isAbout(companies, company) {
  return company === undefined || companies.length === 0 || companies.includes(company);
}

function Waits({ waits, layout }) {
  if (waits.length === 0) return html`<p class="note">${t('waits.nothing')}</p>`;
  return html`<ul class="waits">
    ${waits.map(({ kind, company, form, until }, i) => {
      const registered = layout.forms.find(({ id }) => id === form);
      const name = layout.companies.find(({ key }) => key === company)?.name ?? '';
      return html`<li key=${i}>${t(`waits.${kind}`, { company: name })}
        ${registered && html` (${formName(registered, layout)})`}
        ${until && html` <strong>${t('waits-until', { until: moment(until) })}</strong>`}</li>`;
    })}
  </ul>`;
}

function Standings({ companies, only, layout }) {
  const shown = companies.filter(({ company }) => only === undefined || company === only);
  return html`<ul class="standings">
    ${shown.map(({ company, name, standing, since, by, form }) => {
      const registered = layout.forms.find(({ id }) => id === form);
      return html`<li key=${company}><strong>${name}</strong>: ${t(`standing.${standing}`)}
        ${since && html`, ${t('since')} ${moment(since)}`}${by && html` (${t('source')}: ${by})`}
        ${registered && html` (${formName(registered, layout)})`}</li>`;
    })}
  </ul>`;
}

function Controls({ controls, column, cell }) {
  const keys = new Set(column.controls.map(({ key }) => key));
  return html`<table class="plain">
    <caption>${t('controls')}</caption>
    <thead><tr><th scope="col">${t('act.control')}</th><th scope="col">${t('hubspot')}</th><th scope="col">${t('own-no')}</th></tr></thead>
    <tbody>
      ${controls
        .filter(({ control }) => keys.has(control))
        .map(
          ({ control, name, shown, ownNoSince }) => html`<tr key=${control}>
            <td title=${control}>${name}</td>
            <td>${shown}</td>
            <td>${ownNoSince ? `${t('since')} ${moment(ownNoSince)}` : '–'}</td>
          </tr>`,
        )}
    </tbody>
  </table>
  ${cell && html`<p>${t(`wanted.${cell.wanted}`)}${cell.wanted !== 'free' && `; ${t(cell.settled ? 'settled' : 'under-way')}`}</p>`}`;
}

function Timeline({ entries }) {
  if (entries.length === 0) return html`<p>${t('timeline.nothing')}</p>`;
  return html`<ol class="timeline">
    ${entries.map(
      ({ seq, kind, rule, what, occurredAt, recordedAt, source }) => html`<li key=${seq} class=${`step is-${kind}`}>
        <span class="id">${seq}</span> <time datetime=${occurredAt ?? recordedAt}>${moment(occurredAt ?? recordedAt)}</time>${' '}
        ${rule && html`<b class="rule">${rule}</b> `}${what}
        ${source && html` <span class="note">[${source}]</span>`}
        ${occurredAt && html` <span class="note">${t('recorded')} ${moment(recordedAt)}</span>`}
      </li>`,
    )}
  </ol>`;
}
