import { useState } from 'preact/hooks';
import { Choice } from './choice.js';
import { formName, subscriptionsOf } from './controls.js';
import { html } from './html.js';
import { t } from './language.js';
import { Preferences } from './preferences.js';

/** What the owner of the address can do. */
export function AsPerson({ layout, contact, run }) {
  const types = subscriptionsOf(layout).map(({ id, ...rest }) => ({ value: id, ...rest }));
  const forms = layout.forms.map((form) => ({ value: form.id, name: formName(form, layout) }));
  const [type, setType] = useState(types[0]?.value);
  const [form, setForm] = useState(forms[0]?.value);
  const [typed, setTyped] = useState('');
  const submit = () => run('form', { contact, form, ...(typed !== '' && { email: typed }) });
  return html`
    <div class="act">
      <${Choice} label=${t('act.mail-of')} value=${type} options=${types} choose=${(value) => setType(Number(value))} />
      <button onClick=${() => run('unsubscribe', { contact, subscription: type })}>${t('act.unsubscribe')}</button>
      <button onClick=${() => run('unsubscribe-from-all', { contact })}>${t('act.unsubscribe-all')}</button>
    </div>
    <div class="act">
      <${Choice} label=${t('act.form')} value=${form} options=${forms} choose=${setForm} />
      <label class="field">${t('act.typed')}
        <input type="email" value=${typed} placeholder=${t('act.typed-hint')} onInput=${({ target }) => setTyped(target.value)} />
      </label>
      <button onClick=${submit}>${t('act.submit-form')}</button>
      <button onClick=${() => run('confirm', { contact })}>${t('act.confirm')}</button>
    </div>
    <${Preferences} types=${subscriptionsOf(layout)} save=${(subscriptions) => run('preferences', { contact, subscriptions })} />`;
}
