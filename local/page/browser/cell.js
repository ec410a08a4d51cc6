import { html } from './html.js';
import { moment, t } from './language.js';

/** A shape for each state, so that nobody needs to tell colours apart. */
const SHAPES = { closed: '■', open: '○', unset: '–', mixed: '◐', unknown: '?' };

/** The same shapes for the statuses of buyer service mail, beside an open panel. */
const STATUS_SHAPES = { UNSUBSCRIBED: '■', SUBSCRIBED: '○', NOT_SPECIFIED: '–' };

/** The state of one person with one company or brand, in a sentence. */
export function sentence(cell, name) {
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
      <span class="held">${SHAPES[cell.held]} <span class="word">${t(`held.${cell.held}`)}</span></span>
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
      const told = `${name}: ${t(`status.${value ?? 'unknown'}`)}`;
      return html`<li key=${id} title=${told}><span class="tight" aria-hidden="true">◈ ${STATUS_SHAPES[value] ?? '?'}</span>
        <span class="tight heard">${told}</span><span class="wide"><span aria-hidden="true">◈</span> ${told}</span></li>`;
    })}
  </ul>`;
}
