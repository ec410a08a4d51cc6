import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PORTAL_WIDE } from '../../src/registry/registry.ts';
import type { ContactState } from '../../src/rules/state.ts';
import type { Signal } from '../../src/signals/signal.ts';
import { changed, confirmed, createPerson, MINUTE, submitted } from '../helpers/person.ts';
import { forms, testRegistry } from '../helpers/registry.ts';

const registry = testRegistry();
const controls = [...registry.controls.keys(), PORTAL_WIDE];
const time = fc.integer({ min: 1, max: 30 }).map((n) => n * MINUTE);
const change = fc.constantFrom('CRM_UI', 'EMAIL', 'FORM', 'IMPORT', 'API');

const controlSignal = fc
  .tuple(fc.constantFrom(...controls), fc.constantFrom('closed' as const, 'open' as const), time, change)
  .map((parts) => changed(...parts));
const formSignal = fc.tuple(fc.constantFrom(...Object.values(forms)), time).map((parts) => submitted(...parts));
const signal = fc.oneof(
  { weight: 6, arbitrary: controlSignal },
  { weight: 2, arbitrary: formSignal },
  { weight: 1, arbitrary: time.map((at) => confirmed(at)) },
);
/** An event heard of, an outsider's direct edit in HubSpot, or our own convergence. */
const step = fc.oneof(
  { weight: 5, arbitrary: signal.map((one) => ({ kind: 'signal' as const, signal: one })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...registry.controls.keys()).chain((control) =>
      fc.constantFrom('', 'true', 'false', 'SUBSCRIBED', 'UNSUBSCRIBED', 'NOT_SPECIFIED').map((value) => ({
        kind: 'edit' as const,
        control,
        value,
      })),
    ),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'converge' as const }) },
);
const sequence = fc.array(step, { maxLength: 25 });
/** Convergences happen long after every signal's time, so that no signal is taken for an own write. */
const LATER = 100 * MINUTE;

/** What the rules say without any of our code: company keys that must be closed after these signals. */
function mustBeClosed(signals: readonly Signal[]): string[] {
  const confirmations = signals.flatMap((one) => (one.kind === 'confirmation' ? [one.occurredAt] : []));
  return [...registry.companies].flatMap(([company, { own }]) => {
    const optOuts = signals.flatMap((one) =>
      one.kind === 'control' && one.to === 'closed' && [own.key, PORTAL_WIDE].includes(one.control)
        ? [one.occurredAt]
        : [],
    );
    const returns = signals.flatMap((one) => {
      const form = one.kind === 'form' ? registry.forms.get(one.form) : undefined;
      if (form?.company !== company) return [];
      const counts = !form.doubleOptIn || confirmations.some((at) => at > one.occurredAt);
      return counts ? [one.occurredAt] : [];
    });
    return optOuts.some((at) => !returns.some((back) => back > at)) ? [company] : [];
  });
}

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Person = ReturnType<typeof createPerson>;

/** Lets a step happen to a person at a moment (ms). Returns what a convergence planned. */
async function carryOut(one: Step, person: Person, now: number): Promise<Plan | undefined> {
  if (one.kind === 'converge') return person.converge(now);
  if (one.kind === 'edit') person.actual[one.control] = one.value;
  else await person.happens(one.signal, 'same', now);
  return undefined;
}
type Plan = Awaited<ReturnType<Person['converge']>>;

/** The keys of all marketing controls of some companies. */
function controlsOf(companies: readonly string[]): string[] {
  return companies.flatMap((company) => registry.companies.get(company)?.controls ?? []).map(({ key }) => key);
}

describe('for every sequence of events', () => {
  test('(a) while a company opt-out stands every marketing control of it is desired closed, and (b) only a later form ends that', async () => {
    await fc.assert(
      fc.asyncProperty(sequence, async (steps) => {
        const anna = createPerson(registry);
        const heard: Signal[] = [];
        let now = LATER;
        for (const one of steps) {
          now += MINUTE;
          if (one.kind === 'signal') heard.push(one.signal);
          await carryOut(one, anna, now);
          const desired = await anna.desired();
          const open = controlsOf(mustBeClosed(heard)).filter((key) => desired.get(key)?.to !== 'closed');
          expect(open).toEqual([]);
        }
        // Long after any grace, HubSpot itself must hold it.
        await anna.converge(now + LATER);
        const closed = (key: string) => (key.startsWith('property') ? 'true' : 'UNSUBSCRIBED');
        const open = controlsOf(mustBeClosed(heard)).filter((key) => anna.actual[key] !== closed(key));
        expect(open).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('(c) no plan contains a protected control', async () => {
    const reckless = testRegistry();
    const everything = { ...reckless, protectedControls: new Set(['subscription:511', 'property:block_library']) };
    await fc.assert(
      fc.asyncProperty(sequence, async (steps) => {
        const anna = createPerson(everything);
        let now = LATER;
        for (const one of steps) {
          now += MINUTE;
          const { writes = [] } = (await carryOut(one, anna, now)) ?? {};
          for (const { control } of writes) expect(everything.protectedControls).not.toContain(control.key);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('(d) delivered twice, and in any order, they end in the same state as delivered once', async () => {
    const ordered = fc.oneof(controlSignal, formSignal);
    const shuffled = fc
      .array(ordered, { maxLength: 12 })
      .chain((signals) =>
        fc.tuple(
          fc.constant(signals),
          fc.shuffledSubarray([...signals, ...signals], { minLength: signals.length * 2 }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([once, twice]) => {
        const [anna, berta] = [createPerson(registry), createPerson(registry)];
        for (const one of once) await anna.happens(one, 'same', LATER);
        for (const one of twice) await berta.happens(one, 'same', LATER);
        expect(essence(await berta.state())).toEqual(essence(await anna.state()));
        expect([...(await berta.desired())].map(summary)).toEqual([...(await anna.desired())].map(summary));
      }),
      { numRuns: 500 },
    );
  });
});

/** Where a person stands, without traces of the way there: what a control waits for (grace) ends by itself. */
function essence({ companies, ownNo }: ContactState) {
  return {
    ownNo,
    companies: Object.fromEntries(
      Object.entries(companies)
        .map(
          ([key, { optOut, returns }]) =>
            [
              key,
              {
                optOut: optOut?.at,
                returns: returns
                  .filter(({ at }) => optOut === undefined || at > optOut.at)
                  .map(({ at, form }) => ({ at, form })),
              },
            ] as const,
        )
        .filter(([, { optOut, returns }]) => optOut !== undefined || returns.length > 0),
    ),
  };
}

function summary([key, { to }]: [string, { to: string }]) {
  return [key, to];
}
