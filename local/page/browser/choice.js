import { html } from './html.js';

/** A list to choose from, its options grouped by company. `options`: value, name and company of each. */
export function Choice({ label, value, options, choose }) {
  const groups = [...new Set(options.map(({ company }) => company))];
  const choices = (group) =>
    options
      .filter(({ company }) => company === group)
      .map((one) => html`<option key=${one.value} value=${one.value}>${one.name}</option>`);
  return html`<label class="field">${label}
    <select value=${value} onChange=${({ target }) => choose(target.value)}>
      ${groups.map((group) => (group === undefined ? choices(group) : html`<optgroup key=${group} label=${group}>${choices(group)}</optgroup>`))}
    </select>
  </label>`;
}
