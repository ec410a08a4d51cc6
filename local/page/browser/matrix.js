import { useEffect, useState } from 'preact/hooks';
import { CellContent, cellClass, Protected, sentence } from './cell.js';
import { html } from './html.js';
import { t } from './language.js';
import { PersonName } from './person.js';
import { go } from './route.js';

const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

/** People × companies and brands. Arrow keys move from cell to cell, Enter opens. */
export function Matrix({ layout, rows, selected, column: open }) {
  const columns = layout.companies.flatMap((company) => company.columns);
  const [active, setActive] = useState([0, 0]);
  const width = columns.length + 1;
  useEffect(() => showCell(selected, open), [selected, open]);
  const place = (row, column) => ({
    'data-place': `${row},${column}`,
    tabindex: row === Math.min(active[0], rows.length - 1) && column === active[1] ? 0 : -1,
    onFocus: () => setActive([row, column]),
  });
  const onKeyDown = (event) => {
    // Where the focus is, not where it was when this was drawn: keys may come faster than drawing.
    const here = event.target.closest('[data-place]')?.dataset.place.split(',').map(Number);
    const target = here && nextPlace(event.key, here, [rows.length, width]);
    if (target === undefined) return;
    event.preventDefault();
    event.currentTarget.querySelector(`[data-place="${target}"]`)?.focus();
  };
  return html`<div class="scroll" role="region" aria-label=${t('matrix')} tabindex="0">
    <table role="grid" class="matrix" aria-rowcount=${rows.length} onKeyDown=${onKeyDown}>
      <${Head} layout=${layout} />
      <tbody>
        ${rows.map(
          (row, i) => html`<tr key=${row.contact} aria-selected=${String(row.contact === selected)}>
            <th scope="row" class="who"><button ...${place(i, 0)} onClick=${() => go('people', row.contact, 'act')}>
              <${PersonName} row=${row} />
            </button></th>
            ${columns.map(
              ({ key, name, brand }, j) => html`<td key=${key} class=${brand ? '' : 'company'}>
                <button ...${place(i, j + 1)} data-column=${key} class=${cellClass(row.cells[key])} title=${sentence(row.cells[key], name)}
                  onClick=${() => go('people', row.contact, 'why', key)}>
                  <${CellContent} cell=${row.cells[key]} name=${name} />
                </button>
              </td>`,
            )}
            <td><${Protected} row=${row} types=${layout.protectedTypes} /></td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function Head({ layout }) {
  return html`<thead>
    <tr>
      <th rowspan="2" scope="col" class="who">${t('person')}</th>
      ${layout.companies.map(
        ({ key, name, columns }) =>
          html`<th key=${key} scope="colgroup" class="company" colspan=${columns.length}>${name}</th>`,
      )}
      <th rowspan="2" scope="col" class="company buyers">${t('buyers')}<br class="wide" /><span class="note wide">${t('protected')}</span></th>
    </tr>
    <tr>
      ${layout.companies.flatMap(({ columns }) =>
        columns.map(
          ({ key, name, brand }) => html`<th key=${key} scope="col" class=${brand ? '' : 'company'} title=${name}>
            ${brand ? name : html`<span class="wide">${t('company')}</span><span class="tight">${name}</span>`}
          </th>`,
        ),
      )}
    </tr>
  </thead>`;
}

/** The row or cell of which the panel tells stays in sight when the panel takes its room. */
function showCell(contact, column) {
  if (!contact) return;
  const place = document.querySelector(`tr[aria-selected="true"] ${column ? `[data-column="${column}"]` : 'th'}`);
  place?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** Where a key leads, as "row,column"; undefined for a key that is not the grid's. */
function nextPlace(key, [row, column], [height, width]) {
  if (key === 'Home') return `${row},0`;
  if (key === 'End') return `${row},${width - 1}`;
  const step = STEPS[key];
  if (step === undefined) return undefined;
  const within = (value, end) => Math.max(0, Math.min(end - 1, value));
  return `${within(row + step[0], height)},${within(column + step[1], width)}`;
}
