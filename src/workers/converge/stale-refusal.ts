import { latest, type OurTime, shifted } from '../../clocks.ts';
import { PermanentError, RetryableError } from '../../errors.ts';
import { isPropertyKey } from '../../registry/control.ts';
import type { Dossier } from '../../rules/next-step.ts';
import { SHOWN_LATE_MS } from '../../rules/set-by-us.ts';

type Failed = { ok: false; error: unknown; refused?: readonly string[] };

/**
 * HubSpot refuses to close a type that is closed already, and may show for some seconds that it is open. For two minutes after the
 * newest decision such a refusal is tried again; then HubSpot means it.
 */
export function triedAgainWhileStale(failed: Failed, { entries }: Dossier, now: OurTime): Failed {
  const { error, refused = [] } = failed;
  if (!(error instanceof PermanentError) || refused.every(isPropertyKey)) return failed;
  const decidedAt = latest(entries.map(({ body, recordedAt }) => (body.kind === 'decision' ? recordedAt : undefined)));
  if (decidedAt === undefined || shifted(decidedAt, SHOWN_LATE_MS) <= now) return failed;
  return { ok: false, error: new RetryableError(error.message, { cause: error }) };
}

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
