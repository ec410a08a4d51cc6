// Longer than 200 lines because one run on one local stack is held against all that operators see.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { type Assembly, readAssembly } from '../../local/aws/assembly.ts';
import type { DashboardState } from '../../local/page/dashboard.ts';
import { NAMESPACE } from '../../src/telemetry/telemetry.ts';
import { answerTo, deniedCalls, policiesOf } from '../helpers/least-privilege.ts';
import { PORTAL, startTestStack, type TestStack } from '../helpers/local-stack.ts';
import { type NamedMetric, namedMetrics } from '../helpers/named-metrics.ts';
import { postV3 } from '../helpers/signed.ts';

/** One run in which everything happens that operators may see; then what they see is held against the template. */
let it: TestStack;
let assembly: Assembly;
let logs: Record<string, unknown>[];
let dashboard: DashboardState;
beforeAll(async () => {
  assembly = readAssembly(inject('assembly'));
  it = await startTestStack();
  const { twin } = it;
  const canary = twin.people.createContact({ email: 'canary@example.at' }).id;
  expect(canary, 'the contact that the registry names as canary').toBe('101');

  // An opt-out, its refusal to be undone, a return, a brand's own "no", a duplicate.
  const { id } = twin.people.createContact({ email: 'anna@example.at', statuses: { 511: 'SUBSCRIBED' } });
  twin.behaviour.duplicates = 1;
  twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
  await it.settled();
  twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
  await it.settled();
  twin.behaviour.duplicates = 0;
  // The same again, within the hour.
  twin.people.subscribeByEmployee({ contact: id, subscription: 501 });
  await it.settled();
  // An opt-in that HubSpot ascribes to a form waits for its submission event.
  const byForm = { changeSource: 'FORM', sourceId: '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503' };
  twin.portal.setStatus('anna@example.at', 501, { status: 'SUBSCRIBED', source: 'Form' }, byForm);
  await it.settled();
  twin.people.submitForm({ contact: id, form: '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503' });
  await it.settled();

  // A submission that waits for its confirmation; HubSpot's list of submissions cannot be read.
  const { id: waiting } = twin.people.createContact({ email: 'waiting@example.at' });
  twin.people.unsubscribeByLink({ contact: waiting, subscription: 501 });
  await it.settled();
  twin.behaviour.submissionLists = 'gone';
  twin.people.submitForm({ contact: waiting, form: '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80501' });
  await it.settled();
  twin.behaviour.submissionLists = 'readable';

  // Somebody asks to be deleted.
  const { id: deleted } = twin.people.createContact({ email: 'deleted@example.at' });
  twin.people.unsubscribeByLink({ contact: deleted, subscription: 501 });
  await it.settled();
  twin.people.deleteForPrivacy({ contact: deleted });

  // Requests that are refused, events that no rule needs.
  await fetch(it.stack.webhooks, { method: 'POST', body: '[]' });
  await postV3(it.stack.webhooks, '[]', { secret: 'guessed' });
  await postV3(it.stack.webhooks, '[]', { now: 0 });
  await postV3(it.stack.webhooks, '[{"subscriptionType":"contact.creation"}]');
  await postV3(it.stack.webhooks, JSON.stringify([optOutOf(PORTAL + 1)]));

  // A control that HubSpot refuses to close for good.
  const { id: half } = twin.people.createContact({ email: 'half@example.at' });
  twin.behaviour.itemError = (input) =>
    JSON.stringify(input).includes('"subscriptionId":761') ? 'VALIDATION_ERROR' : undefined;
  twin.people.unsubscribeByLink({ contact: half, subscription: 701 });
  await it.settled();
  twin.behaviour.itemError = undefined;

  // Trouble at HubSpot, for each worker; messages that can never succeed, for each worker.
  const { id: late } = twin.people.createContact({ email: 'late@example.at' });
  twin.behaviour.outage = 'answers 503';
  twin.people.unsubscribeByLink({ contact: late, subscription: 701 });
  twin.people.submitForm({ contact: id, form: '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80701' });
  const schedule = [...it.stack.cloud.schedules].find(([name]) => name.startsWith('SchedulesAudit'));
  await schedule?.[1].run();
  await vi.waitFor(() => expect(retriedBy()).toEqual(['audit', 'converge', 'decide']), {
    timeout: 60_000,
    interval: 200,
  });
  twin.behaviour.outage = false;
  await it.settled();
  const send = (queue: string, group = {}) =>
    it.stack.cloud.sqs.send(new SendMessageCommand({ QueueUrl: it.queue(queue), MessageBody: 'poison', ...group }));
  await send('Signals', { MessageGroupId: 'x', MessageDeduplicationId: 'x' });
  await send('Convergence');
  await send('Audit');
  await it.settled();

  // An audit that finds what webhooks did not tell, and something open that must not be, and that cannot see the forms; the canary.
  twin.faults.set([{ path: '/marketing/forms', status: 410 }]);
  twin.behaviour.lost = 1;
  twin.people.unsubscribeByLink({
    contact: twin.people.createContact({ email: 'unheard@example.at' }).id,
    subscription: 501,
  });
  twin.people.editProperty({ contact: late, name: 'dsgvo_sperre_klangkunst', value: 'true' });
  const { id: drifted } = twin.people.createContact({ email: 'drifted@example.at' });
  twin.behaviour.lost = 0;
  twin.people.unsubscribeByLink({ contact: drifted, subscription: 501 });
  await it.settled();
  twin.behaviour.lost = 1;
  twin.people.editProperty({ contact: drifted, name: 'dsgvo_sperre_landesgalerie', value: 'false' });
  await twin.sender.idle();
  twin.behaviour.lost = 0;
  await it.runSchedule('Audit');
  twin.behaviour.fail = () => 401;
  await expect(it.runSchedule('CanarySend')).rejects.toThrow();
  twin.behaviour.fail = undefined;
  await it.runSchedule('CanarySend');
  await it.runSchedule('CanaryCheck');
  dashboard = (await (await fetch(`${it.stack.console}/dashboard`)).json()) as DashboardState;

  // Last, trouble of our own: the queue is gone.
  await it.stack.cloud.sqs.send(new DeleteQueueCommand({ QueueUrl: it.queue('Signals') }));
  await postV3(it.stack.webhooks, JSON.stringify([optOutOf(PORTAL)]));
  logs = readLogs();
});
afterAll(() => it.stop());

/** An opt-out as HubSpot's webhook tells it. */
const optOutOf = (portalId: number) => ({
  portalId,
  objectId: 101,
  subscriptionType: 'contact.propertyChange',
  propertyName: 'hs_email_optout_501',
  propertyValue: 'true',
  occurredAt: Date.now(),
});

function readLogs(): Record<string, unknown>[] {
  const folder = join(it.dataDir, 'logs');
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}
const inOrder = (words: readonly (string | undefined)[]) => words.map(String).toSorted((a, b) => (a < b ? -1 : 1));
function retriedBy(): string[] {
  const services = readLogs()
    .filter((line) => 'MessageRetried' in line)
    .map((line) => line['service']);
  return inOrder([...new Set(services as string[])]);
}

describe('the canary', () => {
  test('came back: it was opted out, heard of and recorded', async () => {
    expect(it.twin.portal.status('canary@example.at', 612).status).toBe('UNSUBSCRIBED');
    expect(await it.decisions('101')).toMatchObject([{ rule: 'R2', signal: { control: 'subscription:612' } }]);
    expect(logs.find((line) => 'CanaryMissed' in line)).toMatchObject({ service: 'canary', CanaryMissed: 0 });
  });

  test('is missed when its webhook does not come', async () => {
    const [missed] = it.stack.cloud.metrics.find(NAMESPACE, 'CanaryMissed', { service: 'canary', stage: 'test' });
    expect(missed?.values).toEqual([0]);
    const alarm = it.stack.cloud.alarms.find(({ AlarmName }) => AlarmName.endsWith('canary-missed'));
    expect(alarm).toMatchObject({ Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' });
  });
});

const show = ({ name, dimensions }: NamedMetric) => `${name}{${inOrder(Object.keys(dimensions)).join(',')}}`;

describe('what operators see', () => {
  test('a call that HubSpot refuses counts 1, any other 0, so that the smallest tells whether all were refused', () => {
    const refusals = (service: string) =>
      it.stack.cloud.metrics.find(NAMESPACE, 'HubSpotRefusal', { service, stage: 'test' })[0]?.values ?? [];
    expect(new Set(refusals('canary'))).toEqual(new Set([0, 1]));
    expect(Math.min(...refusals('converge'))).toBe(0);
  });

  test('every metric and dimension on the dashboard and in alarms was really emitted', () => {
    const { dashboard, alarms } = namedMetrics(it.stack.cloud);
    expect(dashboard.length).toBeGreaterThan(20);
    expect(alarms.length).toBeGreaterThan(15);
    const emitted = it.stack.cloud.metrics.all();
    for (const one of [...dashboard, ...alarms]) {
      const same = emitted.filter(({ name, dimensions }) => show({ name, dimensions }) === show(one));
      expect(same, `${show(one)} was never emitted`).not.toEqual([]);
      const service = one.dimensions['service'];
      // Which statuses HubSpot answers is its own affair; every other value has to occur.
      const exact = Object.entries(one.dimensions).filter(([key, value]) => value !== undefined && key !== 'status');
      const found = same.some(({ dimensions }) => exact.every(([key, value]) => dimensions[key] === value));
      expect(found, `${show(one)} of ${service} with ${JSON.stringify(one.dimensions)}`).toBe(true);
    }
  });

  test('no metric is emitted without a widget', () => {
    const shown = new Set(namedMetrics(it.stack.cloud).dashboard.map(show));
    const ours = it.stack.cloud.metrics.all().filter(({ namespace }) => namespace === NAMESPACE);
    const emitted = new Set(ours.map(show));
    expect([...emitted].filter((one) => !shown.has(one))).toEqual([]);
  });

  test('every field and message that a saved query names was really logged', () => {
    const queries = Object.values(assembly.template.Resources).filter(
      ({ Type }) => Type === 'AWS::Logs::QueryDefinition',
    );
    expect(queries.length).toBeGreaterThan(3);
    for (const { Properties } of queries) {
      const text = String(Properties?.['QueryString']);
      const message = /filter message = "([^"]+)"/.exec(text)?.[1];
      const lines = logs.filter((line) => line['message'] === message);
      expect(lines, `no log line says "${message}"`).not.toEqual([]);
      const listed = `${/fields (.*)/.exec(text)?.[1] ?? ''},${/ by (.*)/.exec(text)?.[1] ?? ''}`.split(',');
      const fields = listed.map((one) => one.trim()).filter((one) => one !== '' && !one.startsWith('@'));
      for (const line of lines) for (const field of fields) expect(line, `${message}: ${field}`).toHaveProperty(field);
    }
  });

  test('every alarm has its section in the runbook, and every section an alarm', () => {
    // Those of releases tell CodeDeploy, and no person.
    const anchors = it.stack.cloud.alarms
      .filter(({ AlarmName }) => !AlarmName.includes('-release-'))
      .map(({ AlarmDescription }) => /docs\/runbook\.md#(\S+)$/.exec(AlarmDescription)?.[1]);
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase().replaceAll(' ', '-'),
    );
    expect(inOrder(sections)).toEqual(inOrder(anchors));
  });

  test('the page shows every widget of the dashboard with what was measured, and every alarm with its section', () => {
    const [body = ''] = it.stack.cloud.dashboards;
    const { widgets } = JSON.parse(body) as { widgets: { properties: { title: string } }[] };
    expect(dashboard.widgets.map(({ title }) => title)).toEqual(widgets.map(({ properties }) => properties.title));
    const ours = dashboard.widgets.filter(({ measuredBy }) => measuredBy === 'us');
    expect(ours.length).toBeGreaterThan(10);
    for (const { title, lines } of ours) expect(lines, title).not.toEqual([]);
    const here = dashboard.widgets.filter(({ measuredBy }) => measuredBy === 'here');
    expect(here.length).toBeGreaterThan(4);
    for (const { title, lines } of here) expect(lines, title).not.toEqual([]);
    const nowhere = dashboard.widgets.filter(({ measuredBy }) => measuredBy === 'AWS');
    expect(nowhere.map(({ title }) => title)).toEqual(['Ledger: throttled requests']);
    expect(dashboard.alarms.filter(({ state }) => state === 'not measured here')).toEqual([]);
    const refused = ours.find(({ title }) => title.startsWith('Requests refused'));
    const counted = refused?.lines.map(({ values }) => values.reduce((sum, value) => (sum ?? 0) + (value ?? 0), 0));
    expect(Math.min(...(counted ?? []).map(Number))).toBeGreaterThan(0);
    const drift = dashboard.alarms.find(({ name }) => name === 'widerruf-test-audit-drift');
    expect(drift).toMatchObject({ state: 'ALARM', runbook: 'audit-drift' });
    expect(drift?.meaning).not.toContain('#');
  });
});

describe('least privilege', () => {
  const functions = () => it.stack.cloud.functions.map(({ name }) => name);

  test('every AWS call of every function is allowed by its role', async () => {
    expect(new Set(it.stack.cloud.calls.map((call) => JSON.stringify(call))).size).toBeGreaterThan(25);
    expect(await deniedCalls(it.stack.cloud, assembly)).toEqual([]);
  });

  test('a call that no role allows would show', async () => {
    const [caller = ''] = functions();
    const resource = 'arn:aws:dynamodb:eu-central-1:000000000000:table/x';
    const call = { function: caller, action: 'dynamodb:DeleteItem', resource };
    expect(await answerTo(call, it.stack.cloud, assembly)).toBe('ImplicitlyDenied');
  });

  test('a permission that is never used is justified in docs/permissions.md', () => {
    const used = new Set(
      it.stack.cloud.calls.map(({ function: caller, action, resource }) => `${caller} ${action} ${resource}`),
    );
    const unused = functions().flatMap((id) =>
      policiesOf(id, it.stack.cloud, assembly).flatMap(({ Action, Resource }) =>
        [Action].flat().flatMap((action) =>
          [Resource].flat().flatMap((resource) => {
            const prefix = `${id} ${action} ${resource.replace(/\*$/, '')}`;
            return [...used].some((one) => one.startsWith(prefix))
              ? []
              : [`${id.replace(/[0-9A-F]{8}$/, '')} ${action}`];
          }),
        ),
      ),
    );
    const table = [...readFileSync('docs/permissions.md', 'utf8').matchAll(/^\| `([^`]+)` \| `([^`]+)` \| (.+) \|$/gm)];
    const justified = new Set(table.map(([, name, action]) => `${name} ${action}`));
    const forAll = new Set(table.filter(([, name]) => name === 'all').map(([, , action]) => action));
    const open = [...new Set(unused)].filter((one) => !justified.has(one) && !forAll.has(one.split(' ')[1]));
    expect(open, 'remove them, or say why they are needed').toEqual([]);
    const names = new Set(unused);
    const idle = [...justified].filter((one) => !one.startsWith('all ') && !names.has(one));
    expect(idle, 'justified, but used or not granted at all').toEqual([]);
  });
});

test('addresses and names stay out of logs, metrics and reports', () => {
  const text = JSON.stringify(logs);
  expect(text).not.toContain('example.at');
  expect(text).toContain(`"${NAMESPACE}"`);
  expect(PORTAL).toBeGreaterThan(0);
});
