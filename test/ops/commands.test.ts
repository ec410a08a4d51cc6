// Longer than 200 lines because every command looks at the same local stack, which takes long to start.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { countsOf } from '../../ops/count.ts';
import { type OurTime, shifted } from '../../src/clocks.ts';
import { dynamodbLedger } from '../../src/ledger/dynamodb-ledger.ts';
import { dynamodbTally } from '../../src/ledger/dynamodb-tally.ts';
import { exampleRegistry, openControls, PORTAL, startTestStack, type TestStack } from '../helpers/local-stack.ts';
import { widerrufOn } from '../helpers/widerruf.ts';

let it: TestStack;
let anna: string;
const widerruf = (...args: string[]) => widerrufOn(it.dataDir, args);
const json = async <T>(...args: string[]) => JSON.parse((await widerruf(...args)).out) as T;
beforeAll(async () => {
  it = await startTestStack();
  it.twin.people.createContact({ email: 'canary@example.at' });
  anna = it.twin.people.createContact({ email: 'anna@example.at', statuses: { 511: 'SUBSCRIBED' } }).id;
  it.twin.people.unsubscribeByLink({ contact: anna, subscription: 501 });
  await it.settled();
  it.twin.people.subscribeByEmployee({ contact: anna, subscription: 501 });
  await it.settled();
});
afterAll(() => it.stop());

describe('widerruf explain', () => {
  test('by address or contact id: matrix, timeline, who did it', async () => {
    for (const who of ['Anna@example.at', anna]) {
      const { code, out } = await widerruf('explain', who);
      expect(code).toBe(0);
      expect(out).toMatch(/● Kunstmeile Krems Betriebs GmbH: opted out of the company \(since \d{4}-/);
      expect(out).toContain('●●● Kunsthalle Krems');
      expect(out).toMatch(/R1 opted out: .*\[told by HubSpot, e-mail subscription \(EMAIL\)\]/);
      expect(out).toMatch(/R5 refused: .*\[told by HubSpot, e-mail subscription \(EMAIL\), HubSpot user 7\]/);
      expect(out).toContain('Kunsthalle Krems: subscription type 511: subscribed → unsubscribed');
      expect(out).toContain('hash chain: no entry is altered');
    }
  });

  test('in German, and as JSON', async () => {
    expect((await widerruf('explain', anna, '--lang', 'de')).out).toContain('Widerruf / Opt-Out (GesmbH)');
    const [person] = await json<{ companies: { company: string; standing: string }[] }[]>('explain', anna, '--json');
    expect(person?.companies).toContainEqual(
      expect.objectContaining({ company: 'kunstmeile-krems', standing: 'opted-out' }),
    );
  });

  test('of nobody, and of nonsense', async () => {
    expect((await widerruf('explain', 'nobody@example.at')).out).toContain('Nothing is recorded');
    const { code, err } = await widerruf('explain', 'nonsense');
    expect(code).toBe(2);
    expect(err).toContain('nonsense is neither an address nor a contact id');
  });
});

describe('widerruf simulate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  test('events in JSON', async () => {
    const file = join(folder, 'events.json');
    const optOut = {
      subscriptionType: 'contact.propertyChange',
      portalId: PORTAL,
      objectId: 5,
      occurredAt: Date.UTC(2026, 0, 5),
      propertyName: 'hs_email_optout_501',
      propertyValue: 'true',
    };
    const form = {
      event: 'form-submission',
      formId: '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503',
      contactId: 6,
      submittedAt: Date.UTC(2026, 0, 6),
      email: 'x@example.at',
    };
    writeFileSync(file, JSON.stringify([optOut, form, { ...optOut, propertyName: 'lastname' }]));
    const { code, out } = await widerruf('simulate', file);
    expect(code).toBe(0);
    expect(out).toContain('3 events; 2 decisions; nothing was written');
    expect(out).toContain('contact 5: opted out of Kunstmeile Krems Betriebs GmbH; 10 controls closed');
  });

  test('an export in CSV', async () => {
    const file = join(folder, 'export.csv');
    writeFileSync(
      file,
      '\ufeffobjectId;propertyName;propertyValue;occurredAt\r\n7;hs_email_optout;true;2026-01-05T10:00:00Z\r\n',
    );
    const { decisions } = await json<{ decisions: object[] }>('simulate', file, '--json');
    expect(decisions).toEqual([
      expect.objectContaining({ contact: '7', rule: 'R1', occurredAt: '2026-01-05T10:00:00.000Z' }),
    ]);
    writeFileSync(file, 'a,b\n1,2\n');
    expect((await widerruf('simulate', file)).err).toContain(
      'the header lacks objectId, propertyName, propertyValue, occurredAt; it has a, b',
    );
  });
});

test('an event that a simulation cannot read is left out by name, not guessed', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'widerruf-test-')), 'export.csv');
  const header = 'objectId;propertyName;propertyValue;occurredAt';
  writeFileSync(file, `${header}\n7;hs_email_optout;true;gestern\n8;hs_email_optout;"true";2026-01-05\n`);
  const { code, out } = await widerruf('simulate', file);
  expect(out).toContain('left out, line 2: occurredAt is "gestern"; expected milliseconds since 1970');
  expect(out).toContain('2 events; 1 decision;');
  expect(code).toBe(1);
  writeFileSync(file, JSON.stringify([{ event: 'form-submission', contactId: 6, submittedAt: 1_764_000_000_000 }]));
  expect((await widerruf('simulate', file)).out).toContain('left out, event 1: formId is missing');
});

describe('widerruf export', () => {
  test('JSON with the fields’ meanings and consent records', async () => {
    const all = await json<{ meanings: object; records: object[]; contacts: { entries: object[] }[] }>(
      'export',
      'anna@example.at',
    );
    expect(all.meanings).toHaveProperty('occurredAt');
    expect(all.records).toEqual([
      expect.objectContaining({
        pii_controller: 'Kunstmeile Krems Betriebs GmbH',
        event: expect.objectContaining({ event_type: 'withdrawn' }),
      }),
    ]);
    expect(JSON.stringify(all.contacts)).toContain('anna@example.at');
  });

  test('CSV that Excel in German opens', async () => {
    const { out } = await widerruf('export', anna, '--csv');
    expect(out.startsWith('\ufeffcontact;seq;occurredAt')).toBe(true);
    expect(out).toContain(';R1;opted-out;');
  });
});

describe('widerruf verify', () => {
  test('holds for all, and says which entry was altered or removed', async () => {
    expect(await widerruf('verify')).toMatchObject({ code: 0, out: expect.stringContaining('none is altered') });
    const bertas = it.twin.people.createContact({ email: 'berta@example.at' }).id;
    it.twin.people.unsubscribeByLink({ contact: bertas, subscription: 501 });
    await it.settled();
    const documents = DynamoDBDocumentClient.from(it.stack.cloud.dynamodb);
    const [TableName] = it.stack.cloud.tableNames.values();
    const [first] = await it.entries(bertas);
    const person = `${PORTAL}#${bertas}`;
    await documents.send(new PutCommand({ TableName, Item: { person, ...first, recordedAt: 1 } }));
    const { code, out } = await widerruf('verify');
    expect(code).toBe(1);
    expect(out).toContain(`BROKEN  contact ${bertas}, entry 1: its content was altered`);
    expect((await widerruf('verify', anna)).code).toBe(0);
    await documents.send(new PutCommand({ TableName, Item: { person, ...first } }));
    expect((await widerruf('verify')).code).toBe(0);
  });
});

describe('widerruf dead-letters', () => {
  test('list, show, redrive', async () => {
    expect(await widerruf('dead-letters', 'list')).toMatchObject({ code: 0, out: 'no dead letters\n' });
    // A control that HubSpot refuses to close for now; then it is mended.
    it.twin.behaviour.itemError = (input) =>
      JSON.stringify(input).includes('"subscriptionId":761') ? 'VALIDATION_ERROR' : undefined;
    const { id } = it.twin.people.createContact({ email: 'dead@example.at' });
    await it.settled();
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 701 });
    await it.settled();
    it.twin.behaviour.itemError = undefined;
    const MessageBody = 'not a signal';
    await it.stack.cloud.sqs.send(
      new SendMessageCommand({
        QueueUrl: it.queue('Signals'),
        MessageBody,
        MessageGroupId: 'x',
        MessageDeduplicationId: 'x',
      }),
    );
    await it.settled();
    const list = await widerruf('dead-letters', 'list');
    expect(list).toMatchObject({ code: 1, err: '' });
    expect(list.out).toContain('1  convergence: PermanentError: HubSpot refuses to close subscription:761');
    expect(list.out).toContain('1  signals: PoisonError: the message is not JSON');
    const look = () =>
      json<{ reason: string; messageId: string }[]>('dead-letters', 'list', '--queue', 'signals', '--json');
    const messageId = /signals: PoisonError.*\n +(\S+) /.exec(list.out)?.[1] ?? '';
    // At once, though the list has just been looked at.
    const shown = await widerruf('dead-letters', 'show', messageId);
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('not a signal') });
    await expect.poll(look, { timeout: 30_000, interval: 1000 }).toMatchObject([{ messageId }]);
    const doctor = await widerruf('doctor');
    expect(doctor.code).toBe(1);
    expect(doctor.out).toContain('1 dead letter of convergence');

    await expect
      .poll(() => widerruf('dead-letters', 'redrive', '--queue', 'convergence'), { timeout: 30_000 })
      .toMatchObject({ code: 0, out: '1 sent back\n' });
    await it.settled();
    expect(openControls(it.twin, id, 'noe-festival-und-kino')).toEqual([]);
    expect((await widerruf('dead-letters', 'show', 'nothing')).err).toContain('no dead letter nothing');
    await expect
      .poll(() => widerruf('dead-letters', 'redrive', '--queue', 'signals'), { timeout: 30_000 })
      .toMatchObject({ out: '1 sent back\n' });
    await it.settled();
    // It is not mended, so it comes back with the same reason.
    await expect
      .poll(look, { timeout: 30_000, interval: 1000 })
      .toMatchObject([{ reason: 'PoisonError: the message is not JSON' }]);
  });
});

describe('widerruf status', () => {
  test('tells what is not yet in HubSpot, and that all is well again', async () => {
    const { id } = it.twin.people.createContact({ email: 'late@example.at' });
    await it.settled();
    it.twin.behaviour.outage = 'answers 503';
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await expect.poll(() => it.decisions(id), { timeout: 30_000 }).toHaveLength(1);
    const late = await widerruf('status');
    expect(late.code).toBe(1);
    expect(late.out).toContain(`the oldest is contact ${id}`);
    it.twin.behaviour.outage = false;
    await it.settled();
    await it.runSchedule('Audit');
    const status = await json<{ oldestUnapplied: unknown; refusedToday: number; lastAudit: object }>(
      'status',
      '--json',
    );
    expect(status).toMatchObject({ oldestUnapplied: null, lastAudit: { mode: 'repair' } });
    expect(status.refusedToday).toBeTypeOf('number');
  });

  test('counts a refusal on the day on which it was recorded', async () => {
    const refusal = (await it.entries(anna)).find(({ body }) => body.kind === 'decision' && body.outcome === 'refused');
    const recordedAt = refusal?.recordedAt ?? expect.fail();
    const { dynamodb, tableNames } = it.stack.cloud;
    const [table = ''] = tableNames.values();
    const [ledger, tally] = [dynamodbLedger(dynamodb, table), dynamodbTally(dynamodb, table)];
    // The day is the refusal's own: the tests may run across midnight.
    const countedAt = (now: OurTime) => countsOf({ ledger, tally, registry: exampleRegistry(), now: () => now });
    expect((await countedAt(recordedAt)).refusedToday).toBeGreaterThanOrEqual(1);
    expect((await countedAt(shifted(recordedAt, 24 * 3_600_000))).refusedToday).toBe(0);
  });
});

describe('widerruf doctor', () => {
  test('finds what would lose an opt-out, and names the mend', async () => {
    const types = it.twin.portal.subscriptionTypes;
    const gone = types.splice(
      types.findIndex(({ id }) => id === 521),
      1,
    );
    const { code, out } = await widerruf('doctor');
    types.push(...gone);
    expect(code).toBe(1);
    expect(out).toMatch(
      /LOSS {2}subscription:521 of kunstmeile-krems does not exist in the portal\n +mend: correct the id/,
    );
    expect(out).toMatch(/NOTE {2}form \S+ does without double opt-in/);
  });

  test('a portal that allows fewer calls than the stack was deployed for', async () => {
    it.twin.behaviour.limitPer10Seconds = 100;
    const { out } = await widerruf('doctor');
    it.twin.behaviour.limitPer10Seconds = 190;
    expect(out).toContain('set hubspot: { callsPer10Seconds: 100 } in stages/<stage>.yaml and deploy');
  });

  test('an endpoint that changed or went is named, and all else is examined', async () => {
    it.twin.faults.set([
      { path: '/marketing/forms', status: 410 },
      { path: '/marketing/emails', status: 403 },
      { path: '/contacts/search', body: { hits: 0 } },
      { path: '/statuses/batch/read', status: 500 },
    ]);
    const { out } = await widerruf('doctor');
    it.twin.faults.set([]);
    expect(out).toContain('NOTE  not seen, and so not examined: forms (HubSpot answered 410)');
    expect(out).toMatch(/emails \(HubSpot answered 403.*\)\n +mend: grant the scope content/);
    expect(out).toContain('contacts cannot be searched: HubSpot’s answer has an unknown shape');
    expect(out).toContain('RISK  not examined: the batch scopes (HubSpot answered 500)');
  });

  test('a token that is not taken', async () => {
    it.twin.behaviour.fail = () => 401;
    const { code, out } = await widerruf('doctor');
    it.twin.behaviour.fail = undefined;
    expect(code).toBe(1);
    expect(out).toContain('check the access token');
  });
});

describe('a deployed stack', () => {
  test('is found by stage, through CloudFormation’s outputs and the usual credentials', async () => {
    const { endpoints, output } = it.stack.cloud;
    const names = Object.keys(JSON.parse(readFileSync(join(it.dataDir, 'connection.json'), 'utf8')).outputs);
    const asked: string[] = [];
    const cloudFormation = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => asked.push(chunk.toString()));
      request.on('end', () => {
        const outputs = names.map(
          (name) =>
            `<member><OutputKey>${name}</OutputKey><OutputValue>${output(name).replaceAll('&', '&amp;')}</OutputValue></member>`,
        );
        const stack = `<member><StackName>Widerruf-prod</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${outputs.join('')}</Outputs></member>`;
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.end(
          `<DescribeStacksResponse><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
        );
      });
    });
    await new Promise<void>((resolve) => cloudFormation.listen(0, '127.0.0.1', resolve));
    const env = {
      ...process.env,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'operator',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`,
      AWS_ENDPOINT_URL_SQS: endpoints.sqs,
      AWS_ENDPOINT_URL_S3: endpoints.s3,
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
    };
    const args = ['ops/widerruf.ts', '--stage', 'prod', '--registry', inject('registryFile'), 'explain', anna];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    cloudFormation.close();
    expect(stdout).toContain('Kunstmeile Krems Betriebs GmbH: opted out of the company');
    expect(asked.join('')).toContain('StackName=Widerruf-prod');
  });
});

describe('widerruf erase', () => {
  test('asks first, says what stays and why, and erases', async () => {
    const refused = await widerruf('erase', 'anna@example.at');
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('nobody to ask: use --yes') });
    expect(JSON.stringify(await it.entries(anna))).toContain('anna@example.at');
    const { code, out, err } = await widerruf('erase', 'anna@example.at', '--yes');
    expect(code).toBe(0);
    expect(err).toContain('What stays, because otherwise the "no" would be forgotten');
    expect(err).not.toMatch(/erased:/i);
    expect(out).toBe(`erased: ${anna}\nnow delete in HubSpot, where the person’s own data lies: contact ${anna}\n`);
    expect(JSON.stringify(await it.entries(anna))).not.toContain('example.at');
    expect((await widerruf('verify', anna)).code).toBe(0);
    expect((await widerruf('explain', 'anna@example.at')).out).toContain('R8 data erased');
  });
});

test('every command has help', async () => {
  for (const command of [
    'init',
    'logs',
    'listen',
    'trigger',
    'completion',
    'audit',
    'backfill',
    'doctor',
    'smoke',
    'explain',
    'simulate',
    'export',
    'erase',
    'verify',
    'dead-letters',
    'status',
  ]) {
    expect(await widerruf(command, '--help'), command).toMatchObject({
      code: 0,
      out: expect.stringContaining('Usage: widerruf'),
    });
  }
});
