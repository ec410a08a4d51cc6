import { millis } from '../../src/clocks.ts';
import { MissingScopeError } from '../../src/hubspot/batch.ts';
import { DEFINITIONS } from '../../src/hubspot/portal-info.ts';
import { STATUSES } from '../../src/hubspot/status-format.ts';
import type { Connection } from '../connect.ts';
import { countDeadLetters, type QueueName } from '../dead-letters.ts';
import type { DoctorTexts } from '../texts/words.ts';
import type { Finding } from './finding.ts';

/** HubSpot and we refuse signatures that are five minutes off. */
const CLOCK_OFF_S = 60;

/** Without the batch scopes everything works, one call at a time. */
export async function examineBatchEndpoints({ hubspot }: Connection, t: DoctorTexts): Promise<Finding[]> {
  try {
    const path = `${STATUSES}/batch/read?channel=EMAIL`;
    const { status } = await hubspot.send({ method: 'POST', path, body: { inputs: ['doctor@example.invalid'] } });
    if (status !== 403) return [];
  } catch (error) {
    if (!(error instanceof MissingScopeError)) throw error;
  }
  return [{ level: 'note', what: t.noBatch, mend: t.enterprise }];
}

/** What HubSpot's own headers say of its clock and of the calls it allows. */
export async function examineClockAndLimits({ output, now, secret }: Connection, t: DoctorTexts): Promise<Finding[]> {
  const authorization = `Bearer ${await secret(output('AccessTokenArn'))}`;
  const url = `${output('HubSpotApi')}${DEFINITIONS}`;
  const headers = (await fetch(url, { headers: { authorization } }).catch(() => undefined))?.headers;
  const findings: Finding[] = [];
  const date = headers?.get('date');
  const off = date ? Math.abs(millis(now()) - Date.parse(date)) / 1000 : 0;
  if (off > CLOCK_OFF_S) {
    findings.push({ level: 'risk', what: t.clock(Math.round(off)), mend: t.setClock });
  }
  const [allowed, configured] = [
    Number(headers?.get('x-hubspot-ratelimit-max') ?? Number.NaN),
    Number(output('HubSpotCallsPer10Seconds')),
  ];
  if (allowed < configured) {
    findings.push({ level: 'risk', what: t.fewCalls(allowed, configured), mend: t.setCalls(allowed) });
  }
  return findings;
}

/** Every webhook is checked against the client secret. */
export async function examineSecrets({ secret, output }: Connection, t: DoctorTexts): Promise<Finding[]> {
  const text = await secret(output('ClientSecretArn'));
  if (text.startsWith('{')) {
    return [{ level: 'loss', what: t.secretUnset, mend: t.setSecret }];
  }
  const all = text.split(',').map((one) => one.trim());
  if (all.some((one) => one === '' || /\s/.test(one))) {
    return [{ level: 'loss', what: t.secretMalformed, mend: t.putSecret }];
  }
  if (all.length < 2) return [];
  return [{ level: 'note', what: t.manySecrets(all.length), mend: t.dropOld }];
}

/** A dead letter is an opt-out that nobody works on. */
export async function examineQueues(connection: Connection, t: DoctorTexts): Promise<Finding[]> {
  return Object.entries(await countDeadLetters(connection)).flatMap(([queue, count]): Finding[] =>
    count === 0 ? [] : [{ level: 'loss', what: t.deadLetters(count, queue as QueueName), mend: t.redrive }],
  );
}
