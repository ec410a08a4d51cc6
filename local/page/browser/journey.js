import { html } from './html.js';
import { clock, currentLanguage, duration, moment, t } from './language.js';
import { useAnswer } from './live.js';

const STATIONS = ['hubspot', 'webhook', 'queue', 'decide', 'convergence', 'converge', 'written'];

/** What became of what was done: each step on the way from HubSpot to HubSpot, with its time, newest first. */
export function Journey({ contact }) {
  const { answer: steps = [] } = useAnswer(
    `/people/${contact}/steps?lang=${currentLanguage()}`,
    ({ kind, contacts }) => kind === 'changed' && contacts.includes(contact),
  );
  return html`<section class="journey" aria-label=${t('journey')}>
    <h3>${t('journey')}</h3>
    <${Way} steps=${steps} />
    ${steps.length === 0 && html`<p>${t('journey.nothing')}</p>`}
    <ol>
      ${steps.map(
        (
          step,
          i,
        ) => html`<li key=${`${step.at} ${step.station} ${steps.length - i}`} class=${`step at-${step.station}`}>
          <time>${clock(step.at)}</time> <span class="since">${since(step, steps)}</span>${' '}
          <strong>${t(`station.${step.station}`)}</strong> <${What} step=${step} />
        </li>`,
      )}
    </ol>
  </section>`;
}

/** The stations in a line; those that the newest change has passed are filled. */
function Way({ steps }) {
  const start = lastChange(steps);
  const passed = new Map(
    steps.filter(({ at }) => start !== undefined && at >= start).map(({ station, at }) => [station, at]),
  );
  return html`<ol class="way" aria-hidden="true">
    ${STATIONS.map(
      (station) => html`<li key=${station} class=${passed.has(station) ? 'passed' : ''}>
        ${t(`station.${station}`)}<small>${passed.has(station) ? `+${duration(passed.get(station) - start)}` : ''}</small>
      </li>`,
    )}
  </ol>`;
}

/** When somebody last changed something in HubSpot (ms). */
function lastChange(steps) {
  return steps.find(({ station }) => station === 'hubspot')?.at;
}

/** How long after the change that caused it. */
function since({ at, station }, steps) {
  const cause = steps.find((step) => step.station === 'hubspot' && step.at <= at)?.at;
  return cause === undefined || station === 'hubspot' ? '' : `+${duration(at - cause)}`;
}

function What({ step }) {
  const { change, decision, count, tries, until, answers = {} } = step;
  const told = Object.entries(answers).map(
    ([status, times]) => `${status === '0' ? t('no-answer') : status} ×${times}`,
  );
  return html`${change && html`<span><code>${change.what}</code>${change.value && ` → ${change.value}`} (${change.source})</span>`}
    ${decision && html`<span><b class="rule">${decision.rule}</b> ${decision.what}</span>`}
    ${count && html`<span>${t(`count.${step.station}`, { count })}</span>`}
    ${told.length > 0 && html`<span>${t('answers')} ${told.join(', ')}</span>`}
    ${tries && html` <span class="tag">${t('tries', { tries })}</span>`}
    ${until && html` <span class="tag">${t('waits-until', { until: moment(until) })}</span>`}`;
}
