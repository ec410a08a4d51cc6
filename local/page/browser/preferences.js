import { useState } from 'preact/hooks';
import { html } from './html.js';
import { t } from './language.js';

const CHOICES = ['leave', 'on', 'off'];

/** HubSpot's preference page: several types at once. What is left alone stays as it is. */
export function Preferences({ types, save }) {
  const [chosen, setChosen] = useState({});
  const companies = Map.groupBy(types, ({ company }) => company);
  const changes = Object.fromEntries(
    Object.entries(chosen).flatMap(([id, choice]) => (choice === 'leave' ? [] : [[id, choice === 'on']])),
  );
  return html`<details class="act"><summary>${t('act.preferences')}</summary>
    ${[...companies].map(
      ([company, ofCompany]) => html`<section key=${company}><h4>${company}</h4>
        ${ofCompany.map(
          ({ id, name }) => html`<label class="line" key=${id}>
            <select value=${chosen[id] ?? 'leave'} onChange=${({ target }) => setChosen({ ...chosen, [id]: target.value })}>
              ${CHOICES.map((choice) => html`<option key=${choice} value=${choice}>${t(`preference.${choice}`)}</option>`)}
            </select> ${name}
          </label>`,
        )}
      </section>`,
    )}
    <button disabled=${Object.keys(changes).length === 0} onClick=${() => save(changes)}>${t('act.save')}</button>
  </details>`;
}
