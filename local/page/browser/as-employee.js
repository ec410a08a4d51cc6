import { useState } from 'preact/hooks';
import { Choice } from './choice.js';
import { controlsOf } from './controls.js';
import { html } from './html.js';
import { t } from './language.js';

/** What an employee can do in HubSpot: to this person, by a list, or to many at once. */
export function AsEmployee({ layout, contact, run }) {
  const controls = controlsOf(layout).map(({ key, ...rest }) => ({ value: key, ...rest }));
  const [control, setControl] = useState(controls[0]?.value);
  const [addresses, setAddresses] = useState('');
  const [numbers, setNumbers] = useState(contact);
  const both = (act, values, what) =>
    ['closed', 'open'].map(
      (to) =>
        html`<button key=${to} onClick=${() => run(act, { ...values(), control, to })}>${t(`${what}.${to}`)}</button>`,
    );
  return html`
    <div class="act">
      <${Choice} label=${t('act.control')} value=${control} options=${controls} choose=${setControl} />
      ${both('employee', () => ({ contacts: [contact] }), 'act.set')}
    </div>
    <details class="act"><summary>${t('act.bulk')}</summary>
      <label class="field">${t('act.numbers')}
        <input value=${numbers} onInput=${({ target }) => setNumbers(target.value)} />
      </label>
      ${both('employee', () => ({ contacts: words(numbers) }), 'act.bulk')}
    </details>
    <details class="act"><summary>${t('act.import')}</summary>
      <label class="field">${t('act.addresses')}
        <textarea rows="4" value=${addresses} onInput=${({ target }) => setAddresses(target.value)}></textarea>
      </label>
      ${both('import', () => ({ addresses: words(addresses) }), 'act.import')}
    </details>`;
}

function words(text) {
  return text.split(/[\s,;]+/).filter((word) => word !== '');
}
