import { useState } from 'preact/hooks';
import { ask } from './api.js';
import { AsEmployee } from './as-employee.js';
import { AsPerson } from './as-person.js';
import { AsPortal } from './as-portal.js';
import { html } from './html.js';
import { Journey } from './journey.js';
import { t } from './language.js';

const ROLES = { person: AsPerson, employee: AsEmployee, portal: AsPortal };

/** Be somebody: what this person, an employee or the portal can do; below, what became of it. */
export function Act({ layout, contact }) {
  const [role, setRole] = useState('person');
  const { run, error, done } = useActs();
  const Role = ROLES[role];
  return html`
    ${layout.canAct || html`<p class="error">${t('act.not-here')}</p>`}
    <fieldset disabled=${!layout.canAct}>
      <legend>${t('act.as')}</legend>
      ${Object.keys(ROLES).map(
        (
          one,
        ) => html`<label key=${one}><input type="radio" name="role" checked=${one === role} onChange=${() => setRole(one)} />
          ${t(`role.${one}`)}</label> `,
      )}
      <${Role} layout=${layout} contact=${contact} run=${run} key=${`${role} ${contact}`} />
      <p role="status" class=${error ? 'error' : 'done'}>${error ?? done}</p>
    </fieldset>
    <${Journey} contact=${contact} />`;
}

/** Carries out acts, one after the other, and tells what became of the last. */
export function useActs() {
  const [told, tell] = useState({ done: '' });
  const run = async (act, values = {}) => {
    try {
      const answer = await ask('/act', { act, ...values });
      tell({ done: t('act.done') });
      return answer;
    } catch (failure) {
      tell({ error: failure.message });
      return undefined;
    }
  };
  return { run, ...told };
}
