import { CellContent, cellClass, Protected } from './cell.js';
import { html } from './html.js';
import { t } from './language.js';
import { PersonName } from './person.js';
import { go } from './route.js';

/** The matrix on a narrow screen: a card for each person, a line of cells for each company. */
export function Cards({ layout, rows }) {
  return html`<ul class="cards">
    ${rows.map(
      (row) => html`<li key=${row.contact}>
        <button class="person" onClick=${() => go('people', row.contact, 'act')}><${PersonName} row=${row} /></button>
        ${layout.companies.map(
          ({ key, columns }) => html`<ul key=${key} class="company-line">
            ${columns.map(
              (column) => html`<li key=${column.key} class=${column.brand ? '' : 'company'}>
                <button class=${cellClass(row.cells[column.key])}
                  onClick=${() => go('people', row.contact, 'why', column.key)}>
                  <${CellContent} cell=${row.cells[column.key]} name=${column.name}>
                    <span class="column">${column.name}</span>
                  <//>
                </button>
              </li>`,
            )}
          </ul>`,
        )}
        <p class="note">${t('buyers')}: ${t('protected')}</p>
        <${Protected} row=${row} types=${layout.protectedTypes} />
      </li>`,
    )}
  </ul>`;
}
