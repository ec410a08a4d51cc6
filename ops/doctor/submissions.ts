import { asHubSpotTime, type OurTime, shifted } from '../../src/clocks.ts';
import type { List } from '../../src/hubspot/submissions.ts';
import type { RegisteredForm } from '../../src/registry/registry.ts';
import { acceptsUnverified } from '../../src/workers/decide/prove.ts';
import type { Connection } from '../connect.ts';
import type { Finding } from './finding.ts';

/** So many days a form's workflow may be silent, as long as nobody submits the form. */
const DAYS = 30;

type Needed = Pick<Connection, 'registry' | 'hubspot' | 'ledger' | 'now'>;

/** R4: can HubSpot's list of each form's submissions be read, and did the form's workflow tell of what stands there? Reads the ledger. */
export async function examineSubmissions(connection: Needed): Promise<Finding[]> {
  const { registry, hubspot, now } = connection;
  const since = shifted(now(), -DAYS * 24 * 3_600_000);
  const told = await toldSince(since, connection);
  const lists = hubspot.submissionLists();
  const findings: Finding[] = [];
  for (const form of registry.forms.values()) {
    const list = await lists.read(form.id, asHubSpotTime(since));
    findings.push(...examineList(form, list, connection), ...(told.has(form.id) ? [] : examineSilence(form, list)));
  }
  return findings;
}

function examineList(form: RegisteredForm, list: List, { registry }: Needed): Finding[] {
  if (!('unreadable' in list)) return [];
  const then = acceptsUnverified(form, registry) ? 'are believed without a proof' : 'are refused';
  const what = `the submissions of form ${form.id} cannot be read (${list.unreadable}): returns by it ${then}`;
  const mend =
    'grant the scope forms; policy.unverifiedSubmissions says what happens meanwhile (docs/runbook.md, submissions unreadable)';
  return [{ level: 'risk', what, mend }];
}

function examineSilence({ id }: RegisteredForm, list: List): Finding[] {
  if (!('unreadable' in list) && list.submissions.length > 0) {
    const what = `HubSpot lists ${list.submissions.length} submissions of form ${id} in ${DAYS} days, and no workflow told of any`;
    return [
      { level: 'risk', what, mend: 'make or switch on the form’s workflow, with re-enrolment (hubspot/README.md)' },
    ];
  }
  const what = `no workflow told of form ${id} in ${DAYS} days`;
  return [
    { level: 'note', what, mend: 'submit the form once with a test contact, and look whether its workflow is on' },
  ];
}

/** The forms of which a workflow told since then. */
async function toldSince(since: OurTime, { ledger }: Needed): Promise<ReadonlySet<string>> {
  const forms = new Set<string>();
  for await (const ref of ledger.everybody()) {
    for (const { body, recordedAt } of await ledger.read(ref)) {
      const isTold = body.kind === 'decision' && body.source?.channel === 'workflow' && recordedAt >= since;
      if (isTold && body.signal?.form !== undefined) forms.add(body.signal.form);
    }
  }
  return forms;
}
