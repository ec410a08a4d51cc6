import { useState } from 'preact/hooks';
import { called } from './controls.js';
import { html } from './html.js';
import { t } from './language.js';
import { useEvents } from './live.js';

/** The queues in the order in which a message goes through them: a part of their names, and the key of what they are called. */
const QUEUES = { Signals: 'signals', CrowdSignals: 'crowds', Convergence: 'convergence', Audit: 'audit' };
const DEAD_LETTERS = ['SignalsDeadLetters', 'ConvergenceDeadLetters', 'AuditDeadLetters'];

/** One line: what waits in each queue now, and what is the matter with HubSpot. */
export function Queues({ layout }) {
  const [{ queues = [], weather = {} }, setPulse] = useState({});
  useEvents((message) => message.kind === 'pulse' && setPulse(message));
  const { functions = 'none', ...ofHubSpot } = weather;
  const trouble = troubleOf(ofHubSpot);
  const depthOf = (part) => queues.filter(({ name }) => new RegExp(`^Queues${part}[0-9A-F]{8}$`).test(name));
  const shown = Object.entries(QUEUES).flatMap(([part, key]) => depthOf(part).map((depth) => ({ key, ...depth })));
  const lying = DEAD_LETTERS.flatMap(depthOf).reduce((sum, { waiting, inWork }) => sum + waiting + inWork, 0);
  return html`<dl class="queues" aria-label=${t('queues')}>
    ${shown.map(
      ({ key, waiting, inWork, later }) => html`<div key=${key}>
        <dt>${called(layout).queues[key]}</dt>
        <dd>${t('queue.depth', { waiting, inWork, later })}</dd>
      </div>`,
    )}
    <div class=${lying > 0 ? 'bad' : ''}><dt>${t('queue.dead')}</dt><dd>${lying}</dd></div>
    ${functions !== 'none' && html`<div class="bad"><dt>AWS Lambda</dt><dd>${t(`functions.${functions}`)}</dd></div>`}
    ${trouble.length > 0 && html`<div class="bad"><dt>${t('weather')}</dt><dd>HubSpot ${trouble.join(', ')}</dd></div>`}
  </dl>`;
}

/** What of the weather is not fine, so that nobody forgets it. */
function troubleOf({ outage = 'no', refusedProperty = '', ...switches }) {
  const on = Object.keys(switches).filter((name) => switches[name]);
  return [
    ...(outage === 'no' ? [] : [t(`outage.${outage}`)]),
    ...on.map((name) => t(`weather.${name}`)),
    ...(refusedProperty === '' ? [] : [`${t('weather.refused')} ${refusedProperty}`]),
  ];
}
