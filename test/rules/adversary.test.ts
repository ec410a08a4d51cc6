import { describe, expect, test } from 'vitest';
import { hubspotTime, ourTime } from '../../src/clocks.ts';
import { RetryableError } from '../../src/errors.ts';
import { memoryLedger } from '../../src/ledger/memory-ledger.ts';
import { parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import type { LedgerEntry } from '../../src/rules/entry.ts';
import { replay } from '../../src/rules/evolve.ts';
import { unheardOptOuts } from '../../src/rules/r1-company-opt-out.ts';
import { isOptedOut } from '../../src/rules/state.ts';
import { nextWake } from '../../src/rules/waits.ts';
import { changed, confirmed, createPerson, decisionOf, MINUTE, submitted } from '../helpers/person.ts';
import {
  forms,
  GALLERY,
  GALLERY_BLOCK,
  GALLERY_NEWS,
  LIBRARY,
  MUSEUM,
  registryText,
  testRegistry,
} from '../helpers/registry.ts';

/** What somebody tried who wanted to undo a "no" with the means of HubSpot. */
const registry = testRegistry();
const HOUR = 60 * MINUTE;

describe('R5: an opening that HubSpot ascribes to a form', () => {
  test('has one grace for each opt-out: a sync that repeats is refused at once', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 0));
    const first = decisionOf(await anna.happens(changed(GALLERY, 'open', MINUTE, 'FORM')));
    expect(first).toMatchObject({ outcome: 'awaiting-form' });
    await anna.converge(30 * MINUTE);
    const second = decisionOf(await anna.happens(changed(GALLERY, 'open', 40 * MINUTE, 'FORM')));
    expect(second).toMatchObject({ rule: 'R5', outcome: 'refused' });
    expect((await anna.desired()).get(GALLERY)).not.toHaveProperty('notBefore');
    await anna.happens(changed(MUSEUM, 'closed', 50 * MINUTE));
    const third = decisionOf(await anna.happens(changed(GALLERY, 'open', 60 * MINUTE, 'FORM')));
    expect(third, 'under a new opt-out').toMatchObject({ outcome: 'awaiting-form' });
  });
});

describe('R5: after a refusal', () => {
  test('HubSpot is looked at once more, since a status can be read seconds late', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 0));
    await anna.converge(1000);
    await anna.happens(changed(MUSEUM, 'open', MINUTE));
    await anna.converge(MINUTE + 1);
    const wake = nextWake(await anna.state(), ourTime(MINUTE + 1));
    expect(wake).toBe(3 * MINUTE);
    anna.actual[MUSEUM] = 'SUBSCRIBED';
    const { writes } = await anna.converge(3 * MINUTE);
    expect(writes.map(({ control }) => control.key)).toEqual([MUSEUM]);
    expect(nextWake(await anna.state(), ourTime(3 * MINUTE)), 'once').toBeUndefined();
  });
});

test('R6, R8: a lift restores what the fan-out of the deleted record found, and takes our own closings for nobody’s "no"', async () => {
  const ledger = memoryLedger();
  const first = createPerson(registry, { [GALLERY]: 'SUBSCRIBED' }, { contact: '1', addresses: ['a'], ledger });
  await first.lookUpAndConverge(1);
  await first.happens(changed(MUSEUM, 'closed', 1000));
  first.actual[MUSEUM] = 'UNSUBSCRIBED';
  await first.converge(2000);
  expect(first.actual[GALLERY]).toBe('UNSUBSCRIBED');
  first.recordIs('gone');
  const again = createPerson(registry, { ...first.actual }, { contact: '2', addresses: ['a'], ledger });
  await again.lookUpAndConverge(HOUR);
  await again.happens(submitted(forms.ofCompany, 2 * HOUR));
  await again.lookUpAndConverge(2 * HOUR + 1);
  expect(again.actual).toMatchObject({ [MUSEUM]: 'SUBSCRIBED', [GALLERY]: 'SUBSCRIBED', [LIBRARY]: 'NOT_SPECIFIED' });
});

test('R6: what a form names is opened, though the form is heard of after the lift of a later one', async () => {
  const anna = createPerson(registry);
  await anna.happens(changed(MUSEUM, 'closed', 0));
  await anna.converge(1000);
  await anna.happens(submitted(forms.ofCompany, 65_000));
  await anna.converge(70_000);
  expect(anna.actual).toMatchObject({ [MUSEUM]: 'SUBSCRIBED', [GALLERY_NEWS]: 'UNSUBSCRIBED' });
  const late = await anna.happens(submitted(forms.ofBrand, 60_000), 'same', 2 * MINUTE);
  expect(decisionOf(late)).toMatchObject({ outcome: 'returned' });
  await anna.converge(2 * MINUTE + 1);
  expect(anna.actual).toMatchObject({ [GALLERY]: 'SUBSCRIBED', [GALLERY_NEWS]: 'SUBSCRIBED' });
  // Once: whoever closes the newsletter after that is not overruled by the same form.
  anna.actual[GALLERY_NEWS] = 'UNSUBSCRIBED';
  await anna.converge(3 * MINUTE);
  expect(anna.actual).toMatchObject({ [GALLERY_NEWS]: 'UNSUBSCRIBED' });
});

describe('R6: never more open than the owner left it', () => {
  test('what an import opened against the rules, before the first convergence, is no earlier state', async () => {
    const anna = createPerson(registry, { [GALLERY_BLOCK]: 'true' });
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    anna.actual[LIBRARY] = 'SUBSCRIBED';
    anna.actual[GALLERY_BLOCK] = 'false';
    await anna.happens(changed(LIBRARY, 'open', 2000, 'IMPORT'));
    await anna.happens(changed(GALLERY_BLOCK, 'open', 2000, 'IMPORT'));
    await anna.converge(MINUTE);
    await anna.happens(submitted(forms.ofCompany, 2 * MINUTE));
    await anna.converge(3 * MINUTE);
    expect(anna.actual).toMatchObject({ [MUSEUM]: 'SUBSCRIBED', [LIBRARY]: 'UNSUBSCRIBED', [GALLERY_BLOCK]: 'true' });
  });

  test('a form after the return opens the brand and newsletter that it names, and restores nothing again', async () => {
    const anna = createPerson(registry, { [LIBRARY]: 'SUBSCRIBED' });
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    await anna.converge(MINUTE);
    await anna.happens(submitted(forms.ofCompany, 2 * MINUTE));
    await anna.converge(3 * MINUTE);
    expect(anna.actual[GALLERY_NEWS]).toBe('UNSUBSCRIBED');
    anna.actual[LIBRARY] = 'UNSUBSCRIBED';
    const decision = decisionOf(await anna.happens(submitted(forms.ofBrand, 60 * MINUTE)));
    expect(decision).toMatchObject({ rule: 'R4', outcome: 'returned' });
    await anna.converge(61 * MINUTE);
    expect(anna.actual).toMatchObject({
      [GALLERY_NEWS]: 'SUBSCRIBED',
      [GALLERY]: 'SUBSCRIBED',
      [LIBRARY]: 'UNSUBSCRIBED',
    });
    anna.actual[GALLERY_NEWS] = 'UNSUBSCRIBED';
    expect((await anna.converge(62 * MINUTE)).writes, 'applied once').toEqual([]);
  });
});

describe('R1: a workflow’s opt-out without a time', () => {
  const timeless = (at: number) => ({ ...changed(MUSEUM, 'closed', at), timeless: true as const });

  test('closes the company', async () => {
    const anna = createPerson(registry);
    expect(decisionOf(await anna.happens(timeless(1000)))).toMatchObject({ rule: 'R1', outcome: 'opted-out' });
  });

  test('may be a repetition after the owner’s return: HubSpot is looked at, and nothing is closed on its word', async () => {
    const anna = createPerson(registry);
    await anna.happens(timeless(1000));
    await anna.happens(submitted(forms.ofCompany, 2000));
    expect(await anna.happens(timeless(3000))).toEqual({ kind: 'ignored', because: 'already-so', follow: 'identify' });
  });
});

describe('R7: a confirmation that is heard of late', () => {
  test('counts by its own time: given in time, though heard of after the time-out', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 0));
    await anna.happens(submitted(forms.doubleOptIn, MINUTE));
    const after = 8 * 24 * 60 * MINUTE;
    await anna.converge(after);
    const late = decisionOf(await anna.happens(confirmed(60 * MINUTE), 'same', after + MINUTE));
    expect(late).toMatchObject({ rule: 'R7', outcome: 'returned' });
    await anna.converge(after + 2 * MINUTE);
    expect(anna.actual[MUSEUM]).toBe('SUBSCRIBED');
  });

  test('given too late counts nothing, and neither does one of before an opt-out', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 0));
    await anna.happens(submitted(forms.doubleOptIn, MINUTE));
    const after = 8 * 24 * 60 * MINUTE;
    await anna.converge(after);
    expect(decisionOf(await anna.happens(confirmed(after)))).toMatchObject({ outcome: 'noted' });
    const bert = createPerson(registry, {}, { contact: '102' });
    await bert.happens(changed(MUSEUM, 'closed', 0));
    await bert.happens(submitted(forms.doubleOptIn, MINUTE));
    await bert.converge(after);
    await bert.happens(changed(MUSEUM, 'closed', 2 * MINUTE));
    expect(decisionOf(await bert.happens(confirmed(3 * MINUTE), 'same', after))).toMatchObject({ outcome: 'noted' });
  });
});

describe('R8: an additional address of which the ledger knows nothing', () => {
  const held = { subscriptionId: 501, status: 'UNSUBSCRIBED', source: 'Import', at: hubspotTime(500) };
  const sight = { exists: true, address: { hash: 'a' }, others: [{ hash: 'x', statuses: [held] }], actual: {} };
  const found = (...entries: LedgerEntry[]) =>
    unheardOptOuts({ entries, state: replay(entries, registry) }, sight, registry, ourTime(1000));

  test('opts the contact out, if HubSpot holds the company’s type as closed there', () => {
    const said = { type: 'company-opt-out', companies: ['museum'], at: 500, address: 'a' };
    expect(found()).toMatchObject([{ rule: 'R1', outcome: 'opted-out', changes: [said] }]);
  });

  test('is judged once: what the ledger knows was closed by us', () => {
    expect(
      found({ addressHash: 'x', recordedAt: ourTime(1), body: { kind: 'planned', before: {}, intended: {} } } as never),
    ).toEqual([]);
  });
});

describe('when the registry changes', () => {
  const isOut = async (anna: ReturnType<typeof createPerson>, text: string, company: string) => {
    const found = replay(await anna.entries(), arrangeRegistry(parseRegistry(text))).companies[company];
    return found !== undefined && isOptedOut(found);
  };

  test('"unsubscribed from all" is a "no" to a company that is added later', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed('portal-wide', 'closed', 1000));
    await anna.happens(submitted(forms.ofCompany, 2000));
    const added = registryText.replace(
      '  theatre:',
      '  cinema:\n    name: Cinema GmbH\n    subscription: { id: 701 }\n    brands: {}\n  theatre:',
    );
    expect(await isOut(anna, added, 'cinema')).toBe(true);
    expect(await isOut(anna, added, 'museum'), 'the owner came back to this company').toBe(false);
  });

  test('a company with another key is known by its type', async () => {
    const anna = createPerson(registry);
    await anna.happens(changed(MUSEUM, 'closed', 1000));
    const renamed = registryText.replace('  museum:', '  museums:').replaceAll('company: museum,', 'company: museums,');
    expect(await isOut(anna, renamed, 'museums')).toBe(true);
    await anna.happens(submitted(forms.ofCompany, 2000));
    expect(await isOut(anna, renamed, 'museums'), 'so are its forms').toBe(false);
  });
});

test.each([
  {
    kind: 'decision',
    changes: [{ type: 'something new' }],
    occurredAt: 1,
    rule: 'R1',
    outcome: 'noted',
    reason: '',
    converge: false,
  },
  { kind: 'something new' },
])('what only a newer version understands makes the contact wait, and is no crash for ever', async (body) => {
  const ledger = memoryLedger();
  const ref = { portal: 1, contact: '101' };
  await ledger.append(ref, undefined, { recordedAt: ourTime(1), body: body as never });
  const entries = await ledger.read(ref);
  expect(() => replay(entries, registry)).toThrow(RetryableError);
});
