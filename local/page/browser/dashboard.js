import { Chart, colourOf, dashOf } from './chart.js';
import { html } from './html.js';
import { currentLanguage, moment, t } from './language.js';
import { useAnswer } from './live.js';

/** The synthesized CloudWatch dashboard and its alarms, with what the handlers emitted on this machine. */
export function Dashboard() {
  const { answer, error } = useAnswer(`/dashboard?lang=${currentLanguage()}`, ({ kind }) => kind === 'pulse');
  if (answer === undefined) return html`<p role="status">${error ?? t('looking')}</p>`;
  const { times, widgets, alarms, schedules } = answer;
  return html`<div class="dashboard">
    <${Alarms} alarms=${alarms} />
    <h2>${t('dashboard')}</h2>
    <div class="widgets">${widgets.map((widget) => html`<${Widget} key=${widget.title} times=${times} ...${widget} />`)}</div>
    <h2>${t('schedules')}</h2>
    <ul>
      ${schedules.map(({ name, next }) => html`<li key=${name}><code>${name}</code>: ${next ? moment(next) : t('never')}</li>`)}
    </ul>
  </div>`;
}

function Widget({ title, view, times, lines, measuredBy }) {
  return html`<figure class="widget">
    <figcaption><h3>${title}</h3></figcaption>
    ${lines.length === 0 && html`<p class="note">${t(measuredBy === 'AWS' ? 'measured-by-aws' : 'no-data')}</p>`}
    ${lines.length > 0 && view === 'timeSeries' && html`<${Chart} times=${times} lines=${lines} />`}
    <ul class=${view}>
      ${lines.map(
        ({ label, now }, i) => html`<li key=${label}>
          <svg class="key" width="22" height="4" aria-hidden="true"><line x1="0" y1="2" x2="22" y2="2" stroke=${colourOf(i)} stroke-width="4" stroke-dasharray=${dashOf(i).join(' ')} /></svg>${' '}
          ${label}: <b>${number(now)}</b>
        </li>`,
      )}
    </ul>
  </figure>`;
}

function number(value) {
  return value === null ? '–' : new Intl.NumberFormat(currentLanguage() === 'de' ? 'de-AT' : 'en-GB').format(value);
}

const STATES = {
  OK: ['ok', '✓'],
  ALARM: ['alarm', '▲'],
  'no data': ['quiet', '–'],
  'not measured here': ['quiet', '?'],
};
const ORDER = ['ALARM', 'OK', 'no data', 'not measured here'];

function Alarms({ alarms }) {
  const inOrder = alarms.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return html`<section><h2>${t('alarms')}</h2>
    <p class="note">${t('alarms.sooner')}</p>
    <ul class="alarms">
      ${inOrder.map(({ name, title, state, meaning, runbook }) => {
        const [kind, shape] = STATES[state];
        return html`<li key=${name} class=${kind}>
          <strong><span aria-hidden="true">${shape}</span> ${t(`alarm.${state}`)}</strong> <b>${title}</b> <code>${name}</code>
          <p>${meaning} ${runbook && html`<a href=${`/runbook#${runbook}`} target="_blank" rel="noreferrer">${t('runbook')}<span class="heard"> ${title}</span></a>`}</p>
        </li>`;
      })}
    </ul>
  </section>`;
}
