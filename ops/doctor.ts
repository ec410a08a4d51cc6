import { MissingScopeError } from '../src/hubspot/batch.ts';
import { type PortalInfo, readPortalInfo } from '../src/hubspot/portal-info.ts';
import { contactsAfter } from '../src/hubspot/search.ts';
import type { Registry } from '../src/registry/registry.ts';
import { findGaps } from '../src/workers/audit/coverage.ts';
import type { Connection } from './connect.ts';
import { countDeadLetters } from './dead-letters.ts';

/** `loss`: an opt-out could be lost or not applied. `risk`: something else is wrong. `note`: good to know. */
export type Finding = { level: 'loss' | 'risk' | 'note'; what: string; mend: string };

/** HubSpot and we refuse signatures that are five minutes off. */
const CLOCK_OFF_S = 60;

/** Holds registry and deployment against the portal. */
export async function examine(connection: Connection): Promise<Finding[]> {
  const { registry, hubspot, search } = connection;
  const info = await readPortalInfo(hubspot.send).catch((error: unknown) => error);
  if (info instanceof Error) {
    const mend = 'check the access token (output AccessTokenArn), its scopes, and that HubSpot can be reached';
    return [{ level: 'loss', what: `HubSpot does not answer as expected: ${info.message}`, mend }];
  }
  const contacts = await contactsAfter(search, '0', []).then(
    () => [],
    (): Finding[] => [
      { level: 'loss', what: 'contacts cannot be read', mend: 'grant the scope crm.objects.contacts.read' },
    ],
  );
  return [
    ...examineRegistry(info as PortalInfo, registry),
    ...contacts,
    ...(await batchEndpoints(connection)),
    ...(await clockAndLimits(connection)),
    ...(await secrets(connection)),
    ...(await queues(connection)),
    {
      level: 'note',
      what: 'HubSpot lets nobody read which webhooks a project app subscribed',
      mend: 'after each change of the registry: npm run hubspot:project, hs project upload; name a canary in the registry',
    },
  ];
}

/** Is this portal what the registry says? Pure. */
export function examineRegistry(info: PortalInfo, registry: Registry): Finding[] {
  const findings: Finding[] = [];
  const add = (level: Finding['level'], what: string, mend: string) => findings.push({ level, what, mend });
  const types = new Map(info.types.map((type) => [type.id, type]));
  const properties = info.properties && new Map(info.properties.map((one) => [one.name, one]));

  for (const { key, control, company } of registry.controls.values()) {
    if (control.kind === 'subscription') {
      const type = types.get(control.id);
      if (type === undefined)
        add('loss', `${key} of ${company} does not exist in the portal`, 'correct the id in the registry');
      else if (!type.active)
        add('risk', `${key} (${type.name}) is archived`, 'take it out of the registry, or activate it in HubSpot');
      continue;
    }
    const property = properties?.get(control.name);
    if (properties !== undefined && property === undefined) {
      add(
        'loss',
        `${key} of ${company} does not exist in the portal`,
        'correct the name in the registry, or create the property',
      );
    }
    const options = property?.options ?? [];
    for (const value of [control.blocked, control.open]) {
      if (options.length > 0 && value !== '' && !options.includes(value)) {
        add(
          'loss',
          `${key} has no option "${value}"; it has ${options.join(', ')}`,
          'correct blocked and open in the registry',
        );
      }
    }
  }
  for (const [place, ofBrand] of Map.groupBy(
    registry.controls.values(),
    ({ company, brand }) => `${company}/${brand ?? ''}`,
  )) {
    const known = ofBrand.flatMap(({ control }) =>
      control.kind === 'subscription' ? (types.get(control.id) ?? []) : [],
    );
    const brands = new Set(known.map(({ brand }) => brand));
    if (brands.size > 1) {
      const list = known.map(({ id, brand }) => `${id} in brand ${brand}`).join(', ');
      add(
        'risk',
        `the types of ${place} are in different brands of HubSpot: ${list}`,
        'correct the ids in the registry, or move the types',
      );
    }
  }
  for (const [name, watched] of registry.watched) {
    const isCopy = watched !== 'portal-wide' && watched.control.kind === 'subscription' && !name.startsWith('hs_');
    if (isCopy && properties !== undefined && !properties.has(name)) {
      add(
        'loss',
        `the watched property ${name} does not exist`,
        'create it and the workflow that copies the opt-out into it',
      );
    }
  }
  for (const key of registry.protectedControls) {
    const type = types.get(Number(key.replace('subscription:', '')));
    if (key.startsWith('subscription:') && type === undefined) {
      add('risk', `protected ${key} does not exist in the portal`, 'correct the id in the registry');
    } else if (type !== undefined && /newsletter|marketing|werbung|programm/i.test(type.name)) {
      add(
        'risk',
        `protected ${key} is called "${type.name}": is it really service mail?`,
        'protected mail reaches people who opted out; use it for service only',
      );
    }
  }
  for (const form of registry.forms.values()) {
    const found = info.forms?.find(({ id }) => id === form.id);
    if (info.forms === undefined) continue;
    if (found === undefined)
      add('risk', `form ${form.id} does not exist in the portal`, 'correct the id in the registry');
    else if (found.consent === 'legitimate_interest' || found.consent === 'none') {
      add(
        'risk',
        `form ${form.id} asks for no consent (${found.consent}): a submission proves nothing`,
        'add a consent checkbox to the form',
      );
    }
    if (!form.doubleOptIn) {
      add(
        'note',
        `form ${form.id} does without double opt-in`,
        'anyone can type a stranger’s address into it; be ready to answer for that',
      );
    }
  }
  for (const { kind, what } of findGaps(info, registry)) {
    add('risk', `${kind}: ${what}`, 'put it into the registry and deploy (docs/runbook.md, registry gaps)');
  }
  const unseen = (['properties', 'forms', 'emails'] as const).filter((part) => info[part] === undefined);
  if (unseen.length > 0)
    add(
      'note',
      `not visible to the token: ${unseen.join(', ')}`,
      'grant crm.schemas.contacts.read, forms, content, to have them checked',
    );
  return findings;
}

async function batchEndpoints({ hubspot }: Connection): Promise<Finding[]> {
  try {
    const path = '/communication-preferences/2026-09/statuses/batch/read?channel=EMAIL';
    const { status } = await hubspot.send({ method: 'POST', path, body: { inputs: ['doctor@example.invalid'] } });
    if (status !== 403) return [];
  } catch (error) {
    if (!(error instanceof MissingScopeError)) throw error;
  }
  const mend =
    'nothing, or Marketing Hub Enterprise with the scopes communication_preferences.statuses.batch.read and .write';
  return [{ level: 'note', what: 'no batch scopes: statuses go one call at a time', mend }];
}

/** What HubSpot's own headers say of its clock and of the calls it allows. */
async function clockAndLimits({ output, now, secret }: Connection): Promise<Finding[]> {
  const authorization = `Bearer ${await secret(output('AccessTokenArn'))}`;
  const url = `${output('HubSpotApi')}/communication-preferences/2026-09/definitions`;
  const headers = (await fetch(url, { headers: { authorization } }).catch(() => undefined))?.headers;
  const findings: Finding[] = [];
  const date = headers?.get('date');
  const off = date ? Math.abs(now() - Date.parse(date)) / 1000 : 0;
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

async function secrets({ secret, output }: Connection): Promise<Finding[]> {
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

async function queues(connection: Connection): Promise<Finding[]> {
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

export function readableExamination(findings: readonly Finding[]): string {
  const order = { loss: 0, risk: 1, note: 2 };
  const lines = findings
    .toSorted((a, b) => order[a.level] - order[b.level])
    .map(({ level, what, mend }) => `${level.toUpperCase().padEnd(4)}  ${what}\n      mend: ${mend}`);
  const losses = findings.filter(({ level }) => level === 'loss').length;
  return `${lines.join('\n')}\n\n${losses === 0 ? 'no opt-out can be lost by what was examined' : `${losses} findings by which an opt-out could be lost`}\n`;
}
