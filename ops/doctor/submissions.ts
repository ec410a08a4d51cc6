import { asHubSpotTime, type OurTime, shifted } from '../../src/clocks.ts';
import type { List } from '../../src/hubspot/submissions.ts';
import type { RegisteredForm } from '../../src/registry/registry.ts';
import { acceptsUnverified } from '../../src/workers/decide/prove.ts';
import type { Connection } from '../connect.ts';
import type { DoctorTexts } from '../texts/words.ts';
import type { Finding } from './finding.ts';

/** So many days a form's workflow may be silent, as long as nobody submits the form. */
const DAYS = 30;

type Needed = Pick<Connection, 'registry' | 'hubspot' | 'ledger' | 'now'>;

/** R4: can HubSpot's list of each form's submissions be read, and did the form's workflow tell of what stands there? Reads the ledger. */
export async function examineSubmissions(connection: Needed, t: DoctorTexts): Promise<Finding[]> {
  const { registry, hubspot, now } = connection;
  const since = shifted(now(), -DAYS * 24 * 3_600_000);
  const told = await toldSince(since, connection);
  const lists = hubspot.submissionLists();
  const findings: Finding[] = [];
  for (const form of registry.forms.values()) {
    const list = await lists.read(form.id, asHubSpotTime(since));
    findings.push(...examineList({ form, list }, connection, t));
    if (!told.has(form.id)) findings.push(examineSilence(form, list, t));
  }
  return findings;
}

type Listed = { form: RegisteredForm; list: List };

function examineList({ form, list }: Listed, { registry }: Needed, t: DoctorTexts): Finding[] {
  if (!('unreadable' in list)) return [];
  const then = acceptsUnverified(form, registry) ? 'believed' : 'refused';
  return [{ level: 'risk', what: t.listUnreadable(form.id, t.why(list.unreadable), then), mend: t.grantForms }];
}

function examineSilence({ id }: RegisteredForm, list: List, t: DoctorTexts): Finding {
  if (!('unreadable' in list) && list.submissions.length > 0) {
    return { level: 'risk', what: t.listedUntold(list.submissions.length, id, DAYS), mend: t.switchOn };
  }
  return { level: 'note', what: t.untold(id, DAYS), mend: t.tryForm };
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
