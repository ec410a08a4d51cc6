import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditReport } from '../../src/workers/audit/report.ts';
import { openControls, startTestStack, type TestStack } from '../helpers/local-stack.ts';

const COMPANY = 'kunstmeile-krems';
const FORM = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503';
let it: TestStack;
beforeAll(async () => {
  it = await startTestStack();
});
afterAll(() => it.stop());

/** Runs an audit and reads its report back from the bucket. */
async function audit(): Promise<{ report: AuditReport; text: string }> {
  await it.runSchedule('Audit');
  const endpoint = new URL(it.queue('Audit')).origin;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const s3 = new S3Client({ endpoint, region: 'eu-central-1', credentials, forcePathStyle: true });
  const [Bucket] = it.stack.cloud.bucketNames.values();
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'audit/' }));
  const newest = Contents.map(({ Key }) => Key ?? '').toSorted((a, b) => (a < b ? -1 : 1));
  const read = async (extension: string) => {
    const Key = newest.findLast((key) => key.endsWith(extension));
    return (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? '';
  };
  return { report: JSON.parse(await read('.json')) as AuditReport, text: await read('.txt') };
}
const withoutWebhooks = async (act: () => void) => {
  it.twin.behaviour.lost = 1;
  act();
  await it.settled();
  it.twin.behaviour.lost = 0;
};
const contact = (email: string) => it.twin.people.createContact({ email }).id;

describe('the nightly audit', () => {
  test('finds an opt-out whose webhook was lost, and has it applied', async () => {
    const id = contact('lost@example.at');
    await withoutWebhooks(() => it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 }));
    expect(openControls(it.twin, id, COMPANY)).not.toEqual([]);
    const { report, text } = await audit();
    expect(report.findings).toMatchObject({ 'opt-out-unheard': 1, 'open-under-opt-out': 0 });
    expect(report.examples).toEqual([{ kind: 'opt-out-unheard', contact: id, control: 'subscription:501' }]);
    expect(text).toContain(`contact ${id}  subscription:501`);
    await it.settled();
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
    expect((await it.decisions(id))[0]).toMatchObject({
      rule: 'R1',
      source: { channel: 'audit', change: 'Recipient' },
    });
    expect((await audit()).report.findings).toMatchObject({ 'opt-out-unheard': 0, 'open-under-opt-out': 0 });
  });

  test('closes what somebody opened without a webhook', async () => {
    const id = contact('opened@example.at');
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await it.settled();
    await withoutWebhooks(() =>
      it.twin.people.editProperty({ contact: id, name: 'dsgvo_sperre_landesgalerie', value: 'false' }),
    );
    expect((await audit()).report.findings).toMatchObject({ 'open-under-opt-out': 1 });
    await it.settled();
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
  });

  test('closes what somebody opened for another address of the person, which no property shows', async () => {
    const [id, other] = [contact('first-address@example.at'), contact('other-address@example.at')];
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    const { id: merged } = it.twin.people.mergeContacts({ primary: id, other });
    await it.settled();
    const status = () => it.twin.portal.status('other-address@example.at', 511).status;
    expect(status()).toBe('UNSUBSCRIBED');
    await withoutWebhooks(() => {
      const opened = { status: 'SUBSCRIBED', source: 'Import' } as const;
      it.twin.portal.setStatus('other-address@example.at', 511, opened, { changeSource: 'IMPORT' });
    });
    const { report } = await audit();
    expect(report.examples).toContainEqual({
      kind: 'open-under-opt-out',
      contact: merged,
      control: 'subscription:511',
    });
    await it.settled();
    expect(status()).toBe('UNSUBSCRIBED');
  });

  test('hears of a lost "unsubscribe from all", also one that is newer than the owner’s return', async () => {
    const id = contact('lost-all@example.at');
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
    await it.settled();
    it.twin.people.submitForm({ contact: id, form: FORM });
    await it.settled();
    await withoutWebhooks(() => it.twin.people.unsubscribeFromAll({ contact: id }));
    await audit();
    await it.settled();
    for (const company of [COMPANY, 'tonkuenstler']) expect(openControls(it.twin, id, company)).toEqual([]);
  });

  test('leaves an owner’s return alone while HubSpot’s portal-wide flag is older', async () => {
    const id = contact('returned@example.at');
    it.twin.behaviour.subscribeLiftsPortalWide = false;
    it.twin.people.unsubscribeFromAll({ contact: id });
    await it.settled();
    it.twin.people.submitForm({ contact: id, form: FORM });
    await it.settled();
    await audit();
    await it.settled();
    it.twin.behaviour.subscribeLiftsPortalWide = true;
    expect(it.twin.portal.isPortalWide('returned@example.at')).toBe(true);
    expect(it.twin.portal.status('returned@example.at', 501).status).toBe('SUBSCRIBED');
  });

  test('reports closed buyer mail and never writes it', async () => {
    const id = contact('tickets@example.at');
    it.twin.people.unsubscribeByLink({ contact: id, subscription: 9001 });
    expect((await audit()).report.examples).toContainEqual({
      kind: 'protected-closed',
      contact: id,
      control: 'subscription:9001',
    });
    await it.settled();
    expect(it.twin.portal.status('tickets@example.at', 9001).status).toBe('UNSUBSCRIBED');
  });

  test('names what the portal has and the registry does not know', async () => {
    expect((await audit()).report.coverage).toEqual([]);
    it.twin.portal.subscriptionTypes.push({ id: 599, name: 'Neue Marke' });
    it.twin.emails.push({ id: '77', name: 'Ihre Karten und unser Herbstprogramm', subscription: 9001 });
    const { report, text } = await audit();
    it.twin.portal.subscriptionTypes.pop();
    it.twin.emails.pop();
    expect(report.coverage).toEqual([
      { kind: 'unknown-type', what: '599 (Neue Marke)' },
      { kind: 'promotion-as-service', what: '77 (Ihre Karten und unser Herbstprogramm)' },
    ]);
    expect(report.findings).toMatchObject({ 'unknown-type': 1, 'promotion-as-service': 1, 'unknown-form': 0 });
    expect(text).toContain('599 (Neue Marke)');
  });

  test('an opt-out list with addresses that were no contacts yet counts when one becomes a contact', async () => {
    it.twin.portal.setStatus(
      'list@example.at',
      501,
      { status: 'UNSUBSCRIBED', source: 'Import' },
      { changeSource: 'IMPORT' },
    );
    const id = contact('list@example.at');
    await it.settled();
    expect(openControls(it.twin, id, COMPANY)).toEqual([]);
    expect((await it.decisions(id))[0]).toMatchObject({ rule: 'R1', outcome: 'opted-out' });
  });

  test('30 % of all webhooks lost: after one audit no brand is open that must not be', async () => {
    const ids = Array.from({ length: 250 }, (_, i) => contact(`third-${i}@example.at`));
    it.twin.behaviour.lost = 0.3;
    // One webhook batch per person, so that each can be lost on its own.
    for (const id of ids) {
      it.twin.people.unsubscribeByLink({ contact: id, subscription: 501 });
      await it.twin.sender.idle();
    }
    await it.settled();
    const missed = ids.filter((id) => openControls(it.twin, id, COMPANY).length > 0).length;
    expect(missed).toBeGreaterThan(0);
    it.twin.behaviour.lost = 0;
    const { report } = await audit();
    expect(report.findings['opt-out-unheard']).toBe(missed);
    await it.settled();
    for (const id of ids) expect(openControls(it.twin, id, COMPANY), id).toEqual([]);
  });
});
