import { useState } from 'preact/hooks';
import { useActs } from './act.js';
import { ask } from './api.js';
import { html } from './html.js';
import { t } from './language.js';
import { useAnswer } from './live.js';
import { Night } from './night.js';
import { go } from './route.js';

const FUNCTIONS = ['none', 'functions crash', 'functions throttled'];
const SWITCHES = ['throttled', 'slow', 'duplicates', 'lost', 'late'];
const OUTAGES = ['no', 'answers 503', 'cuts connections'];

/** The second view: who is there, and what HubSpot and the network are like. */
export function HubSpot({ layout }) {
  if (!layout.canAct) return html`<p>${t('act.not-here')}</p>`;
  return html`<div class="columns"><${Newcomers} /><${Weather} layout=${layout} /><${Night} /></div>`;
}

function Newcomers() {
  const { run, error, done } = useActs();
  const [email, setEmail] = useState('anna@example.at');
  const [count, setCount] = useState(12);
  const create = async (event) => {
    event.preventDefault();
    const created = await run('create', { email });
    if (created !== undefined) go('people', created.id, 'act');
  };
  return html`<section class="box"><h2>${t('newcomers')}</h2>
    <p>${t('newcomers.what')}</p>
    <form class="act" onSubmit=${create}>
      <label class="field">${t('address')} <input type="email" required value=${email} onInput=${({ target }) => setEmail(target.value)} /></label>
      <button>${t('create')}</button>
    </form>
    <div class="act">
      <label class="field">${t('how-many')}
        <input type="number" min="1" max="5000" value=${count} onInput=${({ target }) => setCount(Number(target.value))} />
      </label>
      <button onClick=${() => run('crowd', { count })}>${t('create-crowd')}</button>
    </div>
    <p role="status" class=${error ? 'error' : 'done'}>${error ?? done}</p>
  </section>`;
}

function Weather({ layout }) {
  const { answer: weather, error, reload } = useAnswer('/weather', () => false);
  const properties = layout.companies
    .flatMap(({ columns }) => columns.flatMap(({ controls }) => controls))
    .flatMap(({ key }) => (key.startsWith('property:') ? [key.slice('property:'.length)] : []));
  const change = async (values) => {
    await ask('/weather', values);
    await reload();
  };
  if (weather === undefined) return html`<p>${error}</p>`;
  return html`<section class="box"><h2>${t('weather')}</h2>
    <label class="field">${t('weather.outage')}
      <select value=${weather.outage} onChange=${({ target }) => change({ outage: target.value })}>
        ${OUTAGES.map((one) => html`<option key=${one} value=${one}>${t(`outage.${one}`)}</option>`)}
      </select>
    </label>
    ${SWITCHES.map(
      (name) => html`<label class="line" key=${name}>
        <input type="checkbox" checked=${weather[name]} onChange=${({ target }) => change({ [name]: target.checked })} /> ${t(`weather.${name}`)}
      </label>`,
    )}
    <label class="field">${t('weather.refused')}
      <select value=${weather.refusedProperty} onChange=${({ target }) => change({ refusedProperty: target.value })}>
        <option value="">${t('none')}</option>
        ${properties.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
      </select>
    </label>
    <label class="field">${t('weather.functions')}
      <select value=${weather.functions} onChange=${({ target }) => change({ functions: target.value })}>
        ${FUNCTIONS.map((one) => html`<option key=${one} value=${one}>${t(`functions.${one}`)}</option>`)}
      </select>
    </label>
  </section>`;
}
