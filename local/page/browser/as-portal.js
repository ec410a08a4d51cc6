import { useState } from 'preact/hooks';
import { html } from './html.js';
import { t } from './language.js';

/** What happens to a record in HubSpot. */
export function AsPortal({ contact, run }) {
  const [other, setOther] = useState('');
  const [email, setEmail] = useState('');
  return html`
    <div class="act">
      <label class="field">${t('act.other')}
        <input inputmode="numeric" value=${other} onInput=${({ target }) => setOther(target.value.replace('#', ''))} />
      </label>
      <button disabled=${other === ''} onClick=${() => run('merge', { contact, other })}>${t('act.merge')}</button>
    </div>
    <div class="act">
      <label class="field">${t('act.new-address')}
        <input type="email" value=${email} onInput=${({ target }) => setEmail(target.value)} />
      </label>
      <button disabled=${email === ''} onClick=${() => run('rename', { contact, email })}>${t('act.rename')}</button>
    </div>
    <div class="act">
      ${['delete', 'restore', 'delete-for-privacy'].map(
        (act) => html`<button key=${act} onClick=${() => run(act, { contact })}>${t(`act.${act}`)}</button>`,
      )}
    </div>`;
}
