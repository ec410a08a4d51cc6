import { describe, expect, test } from 'vitest';
import { forms } from '../helpers/registry.ts';
import { quietScenario } from './quiet.ts';
import { playTraced } from './run.ts';
import { drawScenario, type Scenario, type Step } from './scenario.ts';

const MINUTE = 60_000;
const optOut: Step = { do: 'optOut', who: 1, type: 501, afterMs: MINUTE };
const form: Step = { do: 'form', who: 1, form: forms.ofCompany, as: 'shouting', afterMs: 10 * MINUTE };

/** What happens where HubSpot has some ways of its own, line by line; every invariant holds. */
async function tracedWith(ways: Partial<Pick<Scenario, 'odd' | 'behaviour'>>, ...steps: Step[]): Promise<string> {
  const { trace, violation } = await playTraced({ ...quietScenario({}), ...ways, steps });
  expect(violation).toBeUndefined();
  return trace.join('\n');
}

/** What the first five hundred seeds draw of a way, each value once. */
function drawn(value: (scenario: Scenario) => unknown): Set<unknown> {
  const scenarios = Array.from({ length: 500 }, (_, n) => drawScenario(n + 1));
  return new Set(scenarios.map(value).filter((one) => one !== undefined));
}

describe('HubSpot’s ways that are drawn reach the code', () => {
  test('ids over 2^53: opted out, written, and back by the form', async () => {
    expect(drawn(({ behaviour }) => behaviour.firstId).size).toBe(2);
    const trace = await tracedWith({ behaviour: { firstId: '9007199254740993' } }, optOut, form);
    expect(trace).toMatch(/ledger: 9007199254740994#\d+ R1 opted-out/);
    expect(trace).toMatch(/\(ours\) propertyChange 9007199254740994 block_gallery true/);
    expect(trace).toMatch(/ledger: 9007199254740994#\d+ R4 returned/);
  });

  test.each([404, 500, 'another shape', 'odd entries', 'no list'] as const)(
    'an optional endpoint answers %s for ever: the audits go on',
    async (answers) => {
      const values = drawn(({ odd }) => odd?.optional?.answers);
      expect(values).toContain(answers);
      for (const path of drawn(({ odd }) => odd?.optional?.path)) {
        const lost = { ...quietScenario({}), lost: 1, steps: [optOut] };
        const { trace, violation } = await playTraced({ ...lost, odd: { optional: { path: String(path), answers } } });
        expect(violation).toBeUndefined();
        expect(trace.join('\n')).toMatch(/\(ours\) propertyChange 102 block_gallery true/);
      }
    },
  );

  test.each([500, 5000])(
    'a workflow copies an opt-out into a property after %s ms: the copy is watched, and does no harm to a return',
    async (copiedAfterMs) => {
      const trace = await tracedWith({ odd: { copiedAfterMs } }, optOut, form);
      expect(trace).toMatch(/HubSpot: propertyChange 102 museum_out true[\s\S]*R1 opted-out[\s\S]*R4 returned/);
    },
  );

  test('explicit nulls', async () => {
    expect(drawn(({ behaviour }) => behaviour.explicitNulls)).toContain(true);
    const trace = await tracedWith({ behaviour: { explicitNulls: true } }, optOut, form);
    expect(trace).toMatch(/R1 opted-out[\s\S]*R4 returned/);
  });

  test.each(['umlaut', 'decomposed', 'capitals'] as const)(
    'an address with %s, typed and answered otherwise',
    async (spelling) => {
      expect(drawn(({ odd }) => odd?.spelling)).toContain(spelling);
      expect(drawn(({ behaviour }) => behaviour.spellsAnswers)).toContain('in one form');
      const trace = await tracedWith({ odd: { spelling }, behaviour: { spellsAnswers: 'in one form' } }, optOut, form);
      expect(trace).toMatch(/R1 opted-out/);
      expect(trace).toMatch(/\(ours\) propertyChange 102 hs_email_optout_511 true/);
      expect(trace).toMatch(/R4 returned/);
    },
  );
});
