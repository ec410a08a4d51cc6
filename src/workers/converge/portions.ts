import { isTimeUp, outOfTime } from '../../deadline.ts';
import { RetryableError } from '../../errors.ts';
import { ServerTroubleError } from '../../hubspot/transport.ts';
import type { Outcome } from './converge.ts';

type Outcomes = Map<string, Outcome>;
/** Converges some contacts together. */
type Run = (contacts: readonly string[]) => Promise<Outcomes>;

/**
 * Converges contacts in portions until the time is up; the rest is to be tried again. `size`: asked before each portion, since the first
 * one shows whether HubSpot takes batches.
 */
export async function inPortions(contacts: readonly string[], size: () => number, run: Run): Promise<Outcomes> {
  const outcomes: Outcomes = new Map();
  const open = [...contacts];
  while (open.length > 0 && !isTimeUp()) {
    for (const [contact, outcome] of await narrowing(open.splice(0, size()), run)) outcomes.set(contact, outcome);
  }
  for (const contact of open) outcomes.set(contact, { ok: false, error: outOfTime() });
  return outcomes;
}

/**
 * A call that HubSpot does not answer fails everybody who had part in the call, though one contact alone may be the cause: that would take the
 * others with it each time. So each half is tried alone. Where both fail, HubSpot as such is away.
 */
async function narrowing(contacts: readonly string[], run: Run): Promise<Outcomes> {
  const outcomes = await run(contacts);
  const together = failedTogether(outcomes);
  if (together.length > 1 && !isTimeUp()) await narrow(together, run, outcomes);
  return outcomes;
}

async function narrow(contacts: readonly string[], run: Run, outcomes: Outcomes): Promise<void> {
  const half = Math.ceil(contacts.length / 2);
  const again: string[][] = [];
  for (const part of [contacts.slice(0, half), contacts.slice(half)]) {
    if (isTimeUp()) return;
    const found = await run(part);
    for (const [contact, outcome] of found) outcomes.set(contact, outcome);
    const together = failedTogether(found);
    if (together.length > 0) again.push(together);
  }
  const [one, both] = again;
  if (one !== undefined && one.length > 1 && both === undefined) await narrow(one, run, outcomes);
}

/** The contacts that one call without an answer has failed. What HubSpot answers by a status is narrowed down where the call is made. */
function failedTogether(outcomes: Outcomes): string[] {
  const failed = [...outcomes].flatMap(([contact, outcome]) => (outcome.ok ? [] : [{ contact, error: outcome.error }]));
  const cause = failed.find(({ error }) => isSilence(error))?.error;
  return cause === undefined ? [] : failed.filter(({ error }) => error === cause).map(({ contact }) => contact);
}

function isSilence(error: unknown): boolean {
  return error instanceof RetryableError && !(error instanceof ServerTroubleError) && error.afterMs === 0;
}
