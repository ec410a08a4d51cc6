import { useState } from 'preact/hooks';
import { useActs } from './act.js';
import { html } from './html.js';
import { currentLanguage, moment, t } from './language.js';
import { useAnswer } from './live.js';

/** The nightly audit, to be run now; what the newest one found. */
export function Night() {
  const { run, error } = useActs();
  const [asked, setAsked] = useState();
  const { answer } = useAnswer(`/audit?lang=${currentLanguage()}`, ({ kind }) => kind === 'pulse');
  const report = answer?.report;
  // Both times are the server's.
  const isRunning = asked !== undefined && (report?.startedAt ?? '') < asked;
  const audit = async () => setAsked((await run('audit'))?.asked);
  return html`<section class="box"><h2>${t('night')}</h2>
    <p>${t('night.what')}</p>
    <button disabled=${isRunning} onClick=${audit}>${t('audit')}</button>
    <p role="status" class=${error ? 'error' : ''}>${error ?? (isRunning ? t('audit.running') : sentence(report))}</p>
    ${
      !isRunning &&
      report?.found > 0 &&
      html`<ul>${report.findings.map(({ name, count }) => html`<li key=${name}>${name}: ${count}</li>`)}</ul>`
    }
  </section>`;
}

function sentence(report) {
  if (!report) return t('audit.none');
  const { contacts, found, repairs, finishedAt } = report;
  return t(found === 0 ? 'audit.clean' : 'audit.found', { at: moment(finishedAt), contacts, found, repairs });
}
