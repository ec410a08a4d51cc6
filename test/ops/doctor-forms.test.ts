import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../local/hubspot/behaviour.ts';
import type { Twin } from '../../local/hubspot/twin.ts';
import { startTwinOf } from '../../local/twin-of.ts';
import { examineForms } from '../../ops/doctor/forms.ts';
import { examineSubmissions } from '../../ops/doctor/submissions.ts';
import { doctorTexts } from '../../ops/texts/words.ts';
import { ourTime } from '../../src/clocks.ts';
import { createHubSpot } from '../../src/hubspot/hubspot.ts';
import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import { parseRegistry } from '../../src/registry/load.ts';
import type { EntryBody } from '../../src/rules/entry.ts';
import { forms, registryText, testRegistry } from '../helpers/registry.ts';
import { sendTo } from '../helpers/twin-send.ts';

const DAY = 24 * 3_600_000;
const registry = testRegistry();
let now = Date.UTC(2026, 0, 5);
let twin: Twin;
let ledger: Ledger;
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), registry, { clock: () => now });
});
afterAll(() => twin.stop());
beforeEach(() => {
  now += 100 * DAY;
  ledger = memoryLedger();
  Object.assign(twin.behaviour, ordinary);
});

type Form = NonNullable<PortalInfo['forms']>[number];
const proper: Form = {
  id: forms.ofCompany,
  name: 'company',
  published: true,
  consent: 'explicit_consent_to_process',
  subscriptions: [501],
};
const about = (form?: Form) =>
  examineForms(
    { types: [], properties: undefined, emails: undefined, unseen: [], forms: form === undefined ? [] : [form] },
    registry,
    doctorTexts.en,
  )
    .filter(({ what, level }) => what.includes(forms.ofCompany) && level === 'risk')
    .map(({ what }) => what);

test('a form exists, is published, and has a consent checkbox bound to the company’s own type', () => {
  expect(about(proper)).toEqual([]);
  expect(about()).toEqual([expect.stringContaining('does not exist')]);
  expect(about({ ...proper, published: false })).toEqual([expect.stringContaining('archived or not published')]);
  expect(about({ ...proper, consent: 'legitimate_interest' })).toEqual([expect.stringContaining('proves nothing')]);
  expect(about({ ...proper, subscriptions: [512] })).toEqual([
    `form ${forms.ofCompany} has no consent checkbox for the subscription type 501 of Museum GmbH`,
  ]);
});

describe('a form’s workflow and list', () => {
  const findings = async () => {
    const send = sendTo(twin);
    const clock = () => ourTime(now);
    const hubspot = createHubSpot(send, clock, registry);
    const all = await examineSubmissions({ registry, ledger, hubspot, now: clock }, doctorTexts.en);
    return all.filter(({ what }) => what.includes(forms.ofCompany)).map(({ level, what }) => `${level}: ${what}`);
  };
  const told = async (daysAgo: number) => {
    const body = {
      kind: 'decision',
      signal: { id: 'x', kind: 'form', form: forms.ofCompany },
      source: { channel: 'workflow' },
      changes: [],
    };
    const draft = { recordedAt: ourTime(now - daysAgo * DAY), body: body as unknown as EntryBody };
    await ledger.append({ portal: 1, contact: '1' }, undefined, draft);
  };
  const submits = () => {
    twin.people.postForm({ form: forms.ofCompany, email: 'somebody@example.at' });
  };

  test('nobody submitted, nobody told: a note', async () => {
    expect(await findings()).toEqual([`note: no workflow told of form ${forms.ofCompany} in 30 days`]);
  });

  test('submissions that no workflow told of are a risk; one that told is none', async () => {
    submits();
    expect(await findings()).toEqual([
      expect.stringMatching(/^risk: HubSpot lists 1 submission of form .* no workflow told/),
    ]);
    await told(31);
    expect(await findings()).toHaveLength(1);
    ledger = memoryLedger();
    await told(29);
    expect(await findings()).toEqual([]);
  });

  test('a list that cannot be read is a risk, with what becomes of returns', async () => {
    await told(1);
    twin.behaviour.submissionLists = 'forbidden';
    expect(await findings()).toEqual([
      `risk: the submissions of form ${forms.ofCompany} cannot be read (the scope forms is missing): returns by it are refused`,
    ]);
  });
});
