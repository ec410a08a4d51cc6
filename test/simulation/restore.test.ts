import { describe, expect, test } from 'vitest';
import { forms } from '../helpers/registry.ts';
import { quietScenario } from './quiet.ts';
import { playTraced } from './run.ts';
import type { Step } from './scenario.ts';

const MINUTE = 60_000;

/** Plays what happens to one person, and then restores the ledger to five minutes before. Returns the trace from the restore on. */
async function afterRestore(...steps: Step[]): Promise<string> {
  const restore: Step = { do: 'restoreLedger', agoMs: 5 * MINUTE, afterMs: MINUTE };
  const { trace, violation } = await playTraced({ ...quietScenario({}), steps: [...steps, restore] });
  expect(violation).toBeUndefined();
  const from = trace.findIndex((line) => line.includes('the ledger goes back'));
  expect(trace[from]).toMatch(/[1-9]\d* entries are lost/);
  return trace.slice(from).join('\n');
}

const optOut: Step = { do: 'optOut', who: 1, type: 501, afterMs: 60 * MINUTE };
const form = (name: keyof typeof forms): Step => ({
  do: 'form',
  who: 1,
  form: forms[name],
  as: 'owner',
  afterMs: 60 * MINUTE,
});

describe('the ledger goes back in time, by the drill of docs/restore.md', () => {
  test('an opt-out of the lost time is found by the audit', async () => {
    expect(await afterRestore(optOut)).toMatch(/R1 opted-out/);
  });

  test('a return of the lost time is told again, and nothing is closed', async () => {
    const trace = await afterRestore(optOut, form('ofCompany'));
    expect(trace).toMatch(/R4 returned/);
    expect(trace).not.toMatch(/\(ours\) .* true/);
  });

  test('a return that the owner confirmed in the lost time is not found again: the owner has to confirm anew', async () => {
    const trace = await afterRestore(optOut, form('doubleOptIn'), { do: 'confirm', who: 1, afterMs: MINUTE });
    expect(trace).toMatch(/R7 awaiting-confirmation/);
    expect(trace).not.toMatch(/returned/);
    expect(trace).toMatch(/\(ours\) .* hs_email_optout_501 true/);
  });
});
