import { type OurTime, shifted } from '../../clocks.ts';
import { PermanentError, RetryableError } from '../../errors.ts';
import { type ControlKey, isPropertyKey } from '../../registry/control.ts';
import type { LedgerEntry } from '../../rules/entry.ts';
import type { Dossier } from '../../rules/next-step.ts';
import { SHOWN_LATE_MS } from '../../rules/set-by-us.ts';

type Failed = { ok: false; error: unknown; refused?: readonly string[] };

/**
 * HubSpot refuses to close a type that is closed already, and may show for some seconds that it is open. For two minutes after the
 * newest decision, or after our own closings of all that is refused, such a refusal is tried again; then HubSpot means it.
 */
export function triedAgainWhileStale(failed: Failed, { entries }: Dossier, now: OurTime): Failed {
  const { error, refused = [] } = failed;
  if (!(error instanceof PermanentError) || refused.every(isPropertyKey)) return failed;
  const recent = entries.filter(({ recordedAt }) => shifted(recordedAt, SHOWN_LATE_MS) > now);
  const isStale =
    recent.some(({ body }) => body.kind === 'decision') || refused.every((key) => recent.some(closingOf(key)));
  return isStale ? { ok: false, error: new RetryableError(error.message, { cause: error }) } : failed;
}

const closingOf =
  (key: ControlKey) =>
  ({ body }: LedgerEntry): boolean =>
    body.kind === 'applied' && body.written[key]?.direction === 'closed';

/**
 * HubSpot also refuses to close what somebody else has just closed: a refusal is compared with what HubSpot holds now, in one more
 * round.
 */
export function isToBeLookedAtAgain(
  contact: string,
  finished: { ok: boolean; error?: unknown },
  refused: Set<string>,
): boolean {
  if (!(finished.error instanceof PermanentError) || refused.has(contact)) return false;
  refused.add(contact);
  return true;
}
