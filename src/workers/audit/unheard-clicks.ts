import type { HubSpotTime } from '../../clocks.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import { CONFIRMATION_PROPERTY, companyOf } from '../../registry/registry.ts';
import { confirmableBy, isWaiting } from '../../rules/r7-confirmation.ts';
import type { ConfirmationSignal } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import type { AuditDeps } from './deps.ts';
import type { Seen } from './seen.ts';
import { timesSet } from './times-set.ts';
import type { UnheardReturn } from './unheard-returns.ts';

/**
 * R7: clicks of owners whose submission waits, or waited for too long, and of which no webhook told, by contact. Whose property shows a click, and who
 * waits for one, is asked for HubSpot's history of that property: fifty contacts a call, and nobody else.
 */
export async function unheardClicks(
  people: readonly Seen[],
  run: Pick<AuditRequest, 'unseen'>,
  deps: AuditDeps,
): Promise<Map<string, UnheardReturn[]>> {
  const values = deps.registry.policy.confirmedValues;
  const asked = people.filter(
    ({ dossier, properties }) => values.includes(properties[CONFIRMATION_PROPERTY] ?? '') && isWaiting(dossier.state),
  );
  const ids = asked.map(({ dossier }) => dossier.contact);
  const times = await timesSet(ids, { property: CONFIRMATION_PROPERTY, values }, run, deps);
  return new Map(
    asked.flatMap((seen) => {
      const clickedAt = times.get(seen.dossier.contact);
      return clickedAt === undefined ? [] : [[seen.dossier.contact, foundOf(seen, clickedAt, deps)]];
    }),
  );
}

/** A finding for each company that the click confirms, and one signal. */
function foundOf({ dossier, properties }: Seen, clickedAt: HubSpotTime, { registry, now }: AuditDeps): UnheardReturn[] {
  const { contact, state } = dossier;
  const signal = withId({
    v: 1,
    portal: registry.portal,
    contact,
    occurredAt: clickedAt,
    receivedAt: now(),
    source: { channel: 'audit' },
    kind: 'confirmation',
    value: properties[CONFIRMATION_PROPERTY] ?? '',
  }) as ConfirmationSignal;
  return confirmableBy(clickedAt, state)
    .filter((company) => registry.companies.has(company))
    .map((company) => ({
      finding: { kind: 'return-proved-late', contact, control: companyOf(registry, company).own.key },
      signal,
    }));
}
