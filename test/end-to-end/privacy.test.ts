// Longer than 200 lines because one run on one local stack is searched wherever personal data could be.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PORTAL, startTestStack, type TestStack } from '../helpers/local-stack.ts';
import { postV2, postV3 } from '../helpers/signed.ts';

/** Part of every name and address below; no other text holds it, however it is written. */
const MARK = 'zyxmarka';
const FORM = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503';
const DOUBLE_OPT_IN = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80501';

let it: TestStack;
let answers: string[];
let contacts: string[];
beforeAll(async () => {
  it = await startTestStack();
  answers = [];
  contacts = [];
  await everythingThatKnowsNames();
});
afterAll(() => it.stop());

function contact(name: string): string {
  const properties = { firstname: `Anna ${MARK}`, lastname: MARK.toUpperCase() };
  const { id } = it.twin.people.createContact({ email: `${MARK}.${name}@marke.example`, properties });
  contacts.push(id);
  return id;
}

/** A run through what Widerruf does with people who are marked, in fair weather and foul, and through what attackers send. */
async function everythingThatKnowsNames(): Promise<void> {
  const { twin, stack } = it;
  const { people, behaviour } = twin;
  const page = `https://example.at/newsletter?email=${MARK}%40marke.example&name=${MARK}`;

  const [returned, waiting, merged, survivor, renamed, erased] = [
    'returned',
    'waiting',
    'merged',
    'survivor',
    'renamed',
    'erased',
  ].map(contact) as [string, string, string, string, string, string];
  await it.settled();
  for (const id of contacts) people.unsubscribeByLink({ contact: id, subscription: 501 });
  await it.settled();
  people.submitForm({ contact: returned, form: FORM, page });
  people.submitForm({ contact: waiting, form: DOUBLE_OPT_IN, page });
  people.submitForm({ contact: survivor, form: FORM, email: `${MARK}.stranger@marke.example`, page });
  behaviour.workflowBody = 'record';
  people.submitForm({ contact: merged, form: FORM, page });
  behaviour.workflowBody = 'composed';
  people.editProperty({ contact: renamed, name: 'email', value: `${MARK}.new@marke.example` });
  people.subscribeByEmployee({ contact: renamed, subscription: 511 });
  await it.settled();
  people.mergeContacts({ primary: survivor, other: merged });
  people.deleteForPrivacy({ contact: erased });
  await it.settled();

  // Foul weather: errors that name the address, in paths, bodies and refused inputs.
  const usual = { ...behaviour };
  for (const trouble of [
    { batchScopes: false, fail: ({ path }: { path: string }) => (path.includes(MARK) ? 500 : undefined) },
    { batchScopes: false, fail: ({ path }: { path: string }) => (path.includes(MARK) ? 404 : undefined) },
    { fail: () => 400 },
    { itemError: () => 'RATE_LIMITS' },
    { outage: 'cuts connections' as const },
  ]) {
    const id = contact(`trouble-${contacts.length}`);
    await it.settled();
    Object.assign(behaviour, trouble);
    twin.calls.length = 0;
    people.unsubscribeFromAll({ contact: id });
    await vi.waitFor(async () => expect(await it.decisions(id)).not.toEqual([]), { timeout: 30_000 });
    if (!('outage' in trouble))
      await vi.waitFor(() => expect(twin.calls.length).toBeGreaterThan(1), { timeout: 30_000 });
    Object.assign(behaviour, usual);
    await it.settled();
  }
  behaviour.itemError = () => 'VALIDATION_ERROR';
  people.unsubscribeByLink({ contact: contact('refused'), subscription: 701 });
  await it.settled();
  behaviour.itemError = undefined;

  // What attackers and broken set-ups send.
  const address = `${MARK}@marke.example`;
  const note = async (response: Response) => answers.push(`${response.status} ${await response.text()}`);
  const signed = [
    `[{"broken ${address}`,
    `{"email":"${address}"}`,
    JSON.stringify([
      { subscriptionType: 'contact.propertyChange', portalId: PORTAL, objectId: address, [MARK]: address },
    ]),
    JSON.stringify([{ subscriptionType: `contact.${MARK}`, portalId: PORTAL, objectId: 1, occurredAt: address }]),
    JSON.stringify([{ subscriptionType: 'contact.propertyChange', propertyName: MARK, propertyValue: address }]),
  ];
  for (const body of signed) await note(await postV3(stack.webhooks, body));
  for (const body of [...signed, JSON.stringify({ contactId: address, formId: MARK, email: 7 })]) {
    await note(await postV2(stack.workflows, body));
  }
  await note(await postV3(stack.webhooks, '[]', { secret: address, headers: { 'user-agent': address } }));
  await note(await fetch(`${stack.webhooks}?email=${encodeURIComponent(address)}`, { method: 'POST', body: address }));
  for (const MessageBody of [`not json ${address}`, JSON.stringify({ v: 1, [address]: MARK })]) {
    const QueueUrl = it.queue('Signals');
    const ids = { MessageGroupId: 'group', MessageDeduplicationId: String(MessageBody.length) };
    await stack.cloud.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...ids }));
  }
  await it.settled();
  behaviour.lost = 1;
  people.unsubscribeByLink({ contact: contact('lost'), subscription: 501 });
  await it.settled();
  behaviour.lost = 0;
  await it.runSchedule('Audit');
}

/** The marked text as it is, as part of base64 (which has three alignments), or in hex. */
function holdsMark(text: string): boolean {
  const encoded = ['', 'x', 'xx'].map((before) =>
    Buffer.from(before + MARK)
      .toString('base64')
      .slice(before.length === 0 ? 0 : before.length + 1, -4),
  );
  const hex = Buffer.from(MARK).toString('hex');
  return text.toLowerCase().includes(MARK) || text.includes(hex) || encoded.some((one) => text.includes(one));
}
const withMark = (texts: readonly string[]) => texts.filter(holdsMark);

const logs = () => {
  const folder = join(it.dataDir, 'logs');
  return readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean));
};

async function reports(): Promise<string[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const endpoint = new URL(it.queue('Audit')).origin;
  const s3 = new S3Client({ endpoint, region: 'eu-central-1', credentials, forcePathStyle: true });
  const [Bucket] = it.stack.cloud.bucketNames.values();
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const read = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  return Promise.all(Contents.map(async ({ Key = '' }) => `${Key}\n${await read(Key)}`));
}

describe('after a run with marked names and addresses', () => {
  test('the search finds them wherever they are: HubSpot, encoded texts, and the erasable part of the ledger', async () => {
    expect(holdsMark(readFileSync(join(it.dataDir, 'hubspot.jsonl'), 'utf8'))).toBe(true);
    for (const before of ['', 'a', 'ab', 'abc']) {
      expect(holdsMark(Buffer.from(`${before}${MARK}@marke.example`).toString('base64'))).toBe(true);
    }
    expect(holdsMark(Buffer.from(MARK).toString('hex'))).toBe(true);
    const personal = (await Promise.all(contacts.map(it.entries))).flat().map((entry) => entry.personal);
    expect(withMark(personal.map((one) => JSON.stringify(one ?? {}))).length).toBeGreaterThan(contacts.length / 2);
  });

  test('no log line holds them', () => {
    expect(logs().length).toBeGreaterThan(100);
    expect(withMark(logs())).toEqual([]);
  });

  test('no metric holds them, in name, dimension or unit', () => {
    const series = it.stack.cloud.metrics.all().map((one) => JSON.stringify(one));
    expect(series.length).toBeGreaterThan(10);
    expect(withMark(series)).toEqual([]);
    // The embedded metric format shows dimensions as fields of the log line; nothing but closed sets may be there.
    expect(series.filter((one) => contacts.some((id) => one.includes(`"${id}"`)))).toEqual([]);
  });

  test('no queue holds them outside of a message’s body, and no reason of a dead letter names them', async () => {
    const outside = it.stack.cloud.calls.flatMap((call) => call.outside ?? []);
    expect(outside.filter((one) => one.includes('MessageGroupId')).length).toBeGreaterThan(10);
    expect(outside.filter((one) => one.includes('reason')).length).toBeGreaterThan(0);
    expect(withMark(outside)).toEqual([]);
    const dead = [...(await it.messages('SignalsDeadLetters')), ...(await it.messages('ConvergenceDeadLetters'))];
    expect(dead.length).toBeGreaterThanOrEqual(3);
    expect(withMark(dead.map(({ Body: _, ...rest }) => JSON.stringify(rest)))).toEqual([]);
  });

  test('no report holds them', async () => {
    const all = await reports();
    expect(all.some((one) => one.includes('opt-out-unheard'))).toBe(true);
    expect(withMark(all)).toEqual([]);
  });

  test('no answer of an endpoint holds them', () => {
    expect(answers.length).toBeGreaterThan(10);
    expect(withMark(answers)).toEqual([]);
  });

  test('the ledger holds them only in its erasable part, and nothing of who was deleted for privacy', async () => {
    const entries = (await Promise.all(contacts.map(it.entries))).flat();
    expect(withMark(entries.map(({ personal: _, ...chain }) => JSON.stringify(chain)))).toEqual([]);
    expect(entries.every(({ addressHash }) => addressHash === undefined || /^[0-9a-f]{64}$/.test(addressHash))).toBe(
      true,
    );
    const erased = entries.filter(({ body }) => body.kind === 'decision' && body.outcome === 'erased');
    expect(erased).toHaveLength(1);
    const ofErased = entries.filter((entry) => entry.contact === erased[0]?.contact);
    expect(ofErased.filter(({ personal }) => personal !== undefined)).toEqual([]);
  });
});

test('traces hold what Lambda itself notes: no function names a person to X-Ray', () => {
  const folder = join(import.meta.dirname, '..', '..');
  const sources = ['src', 'functions'].flatMap((part) =>
    readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(folder, part, file), 'utf8')),
  );
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.filter((text) => /x-?ray|tracer|putAnnotation|putMetadata/i.test(text))).toEqual([]);
  expect(it.stack.cloud.calls.filter(({ action }) => action.startsWith('xray'))).toEqual([]);
});
