import { html } from './html.js';
import { moment, t } from './language.js';

/** A shape for each state, so that nobody needs to tell colours apart. */
const SHAPES = { closed: '■', open: '○', unset: '–', mixed: '◐', unknown: '?' };

/** The state of one person with one company or brand, in a sentence. */
function sentence(cell, name) {
  const parts = [`${name}: ${t('hubspot')} ${t(`held.${cell.held}`)}`, t(`wanted.${cell.wanted}`)];
  if (cell.wanted !== 'free') parts.push(cell.settled ? t('settled') : t('under-way'));
  if (cell.ownNo) parts.push(t('own-no'));
  if (cell.waitsUntil) parts.push(t('waits-until', { until: moment(cell.waitsUntil) }));
  return parts.join('; ');
}

/** What HubSpot holds (shape and word), and below what the ledger wants. Whoever listens hears a sentence. */
export function CellContent({ cell, name, children }) {
  const wish = cell.wanted === 'free' ? '' : cell.settled ? `✓ ${t('short.held')}` : `→ ${t(`held.${cell.wanted}`)}`;
  const notes = [wish, cell.ownNo && t('short.own-no'), cell.waitsUntil && t('short.waits')].filter(Boolean);
  return html`
    <span class="heard">${sentence(cell, name)}</span>
    <span aria-hidden="true">
      ${children}
      <span class="held">${SHAPES[cell.held]} ${t(`held.${cell.held}`)}</span>
      <span class="wish">${notes.join(' · ')}</span>
    </span>`;
}

export function cellClass(cell) {
  return `cell is-${cell.held}${cell.settled ? '' : ' travels'}`;
}

/** Buyer service mail: shown, never written (R3). */
export function Protected({ row, types }) {
  return html`<ul class="protected">
    ${types.map(({ id, name }) => {
      const value = row.protectedValues[id];
      return html`<li key=${id}><span class="shield" aria-hidden="true">⛊</span> ${name}: ${t(`status.${value ?? 'unknown'}`)}</li>`;
    })}
  </ul>`;
}
