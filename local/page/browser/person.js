import { html } from './html.js';
import { t } from './language.js';

/** A person as a row names them: address, number of the record, and what is special. */
export function PersonName({ row }) {
  return html`<span class="name">${row.email || t('no-address')}</span>${' '}
    <span class="id">#${row.contact}</span>
    ${row.record !== 'living' && html` <span class="tag">${t(`record.${row.record}`)}</span>`}
    ${row.portalWide && html` <span class="tag strong">${t('portal-wide')}</span>`}`;
}
