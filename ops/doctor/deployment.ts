import { millis } from '../../src/clocks.ts';
import { MissingScopeError } from '../../src/hubspot/batch.ts';
import { DEFINITIONS } from '../../src/hubspot/portal-info.ts';
import { STATUSES } from '../../src/hubspot/status-format.ts';
import type { Connection } from '../connect.ts';
import { countDeadLetters } from '../dead-letters.ts';
import type { Finding } from './finding.ts';

/** HubSpot and we refuse signatures that are five minutes off. */
const CLOCK_OFF_S = 60;

/** Without the batch scopes everything works, one call at a time. */
export async function examineBatchEndpoints({ hubspot }: Connection): Promise<Finding[]> {
  try {
    const path = `${STATUSES}/batch/read?channel=EMAIL`;
    const { status } = await hubspot.send({ method: 'POST', path, body: { inputs: ['doctor@example.invalid'] } });
    if (status !== 403) return [];
  } catch (error) {
    if (!(error instanceof MissingScopeError)) throw error;
  }
  const mend =
    'nothing; or, with Marketing Hub Enterprise, npm run hubspot:project -- --enterprise, hs project upload, update the app’s installation, renew the token';
  return [{ level: 'note', what: 'no batch scopes: statuses go one call at a time', mend }];
}

/** What HubSpot's own headers say of its clock and of the calls it allows. */
export async function examineClockAndLimits({ output, now, secret }: Connection): Promise<Finding[]> {
  const authorization = `Bearer ${await secret(output('AccessTokenArn'))}`;
  const url = `${output('HubSpotApi')}${DEFINITIONS}`;
  const headers = (await fetch(url, { headers: { authorization } }).catch(() => undefined))?.headers;
  const findings: Finding[] = [];
  const date = headers?.get('date');
  const off = date ? Math.abs(millis(now()) - Date.parse(date)) / 1000 : 0;
  if (off > CLOCK_OFF_S) {
    findings.push({
      level: 'risk',
      what: `this machine’s clock is ${Math.round(off)} s off HubSpot’s`,
      mend: 'set the clock',
    });
  }
  const [allowed, configured] = [
    Number(headers?.get('x-hubspot-ratelimit-max') ?? Number.NaN),
    Number(output('HubSpotCallsPer10Seconds')),
  ];
  if (allowed < configured) {
    const what = `HubSpot allows ${allowed} calls in ten seconds, the stack was deployed for ${configured}`;
    findings.push({
      level: 'risk',
      what,
      mend: `set hubspot: { callsPer10Seconds: ${allowed} } in stages/<stage>.yaml and deploy`,
    });
  }
  return findings;
}

/** Every webhook is checked against the client secret. */
export async function examineSecrets({ secret, output }: Connection): Promise<Finding[]> {
  const text = await secret(output('ClientSecretArn'));
  if (text.startsWith('{')) {
    const mend = 'put the app’s client secret into the secret of output ClientSecretArn (docs/deploy.md)';
    return [{ level: 'loss', what: 'the client secret is not set: webhooks are answered 503', mend }];
  }
  const all = text.split(',').map((one) => one.trim());
  if (all.some((one) => one === '' || /\s/.test(one))) {
    const mend = 'put the app’s client secret there (comma-separated while rotating)';
    return [{ level: 'loss', what: 'the client secret is empty or malformed: every webhook is refused', mend }];
  }
  if (all.length < 2) return [];
  return [
    {
      level: 'note',
      what: `${all.length} client secrets are in force`,
      mend: 'take the old one out when the rotation is done',
    },
  ];
}

/** A dead letter is an opt-out that nobody works on. */
export async function examineQueues(connection: Connection): Promise<Finding[]> {
  return Object.entries(await countDeadLetters(connection)).flatMap(([queue, count]): Finding[] =>
    count === 0
      ? []
      : [
          {
            level: 'loss',
            what: `${count} dead letters of ${queue}; after 14 days they are gone`,
            mend: 'widerruf dead-letters list, then redrive',
          },
        ],
  );
}
