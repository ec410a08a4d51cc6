import type { HubSpotTime } from '../../clocks.ts';
import type { SubmissionLists } from '../../hubspot/submissions.ts';
import { unlessUnseen } from '../../hubspot/unseen.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import { PORTAL_WIDE_SET } from '../../registry/registry.ts';
import { type Finding, findDrift, isPortalWide, type Shown } from '../../rules/drift.ts';
import { readDossier } from '../dossier.ts';
import { addressesOf, findByAddress, readOtherAddresses } from './addresses.ts';
import type { AuditDeps } from './deps.ts';
import { type EndedOptOut, endedOptOuts } from './ended-opt-outs.ts';
import { type Former, readFormerAddresses } from './former-addresses.ts';
import { withoutOurClosings } from './our-closings.ts';
import { isUnseen, type Listed, note } from './page.ts';
import type { Seen } from './seen.ts';
import { seenAddresses } from './statuses.ts';
import { timesSet } from './times-set.ts';
import { unheardClicks } from './unheard-clicks.ts';
import { type UnheardReturn, unheardReturns } from './unheard-returns.ts';

/** What was found of one contact. */
export type Examined = Seen & {
  findings: Finding[];
  returns: UnheardReturn[];
  ended: readonly EndedOptOut[];
  portalWideAt?: HubSpotTime;
};

/** Compares a page of contacts with their ledgers. What HubSpot does not show is noted in the run. */
export async function examine(
  page: readonly Listed[],
  run: Pick<AuditRequest, 'unseen' | 'startedAt' | 'lookBackDays'>,
  deps: AuditDeps & { lists: SubmissionLists },
): Promise<Examined[]> {
  const { registry } = deps;
  const flagged = page.filter(({ properties }) => isPortalWide(properties)).map(({ id }) => id);
  const portalWideAt = await timesSet(flagged, PORTAL_WIDE_SET, run, deps);
  const people = await Promise.all(
    page.map(async ({ id, properties }): Promise<Seen> => {
      return { dossier: await readDossier(id, deps), properties, addresses: addressesOf(properties) };
    }),
  );
  const statuses = await readOtherAddresses(people, run, deps);
  const former = await readFormerAddresses(people, page, run, deps);
  const clicks = await unheardClicks(people, run, deps);
  const endedBy = await endedOptOuts(people, page, run, deps);
  const examined = await Promise.all(
    people.map(async (seen): Promise<Examined> => {
      const at = portalWideAt.get(seen.dossier.contact);
      const before = former.get(seen.dossier.contact);
      const others = seenAddresses(seen.addresses.slice(1), statuses, deps);
      const shown: Shown = {
        properties: seen.properties,
        others,
        ...(at !== undefined && { portalWideAt: at }),
      };
      const drift = findDrift(seen.dossier, shown, registry, deps.now());
      const returns = [...(await returnsOf({ seen, before }, run, deps)), ...(clicks.get(seen.dossier.contact) ?? [])];
      const ended = endedBy.get(seen.dossier.contact) ?? [];
      const unheard = [...returns, ...ended].map(({ finding }) => finding);
      const findings = [...drift, ...(await findByAddress(seen, { others, before }, run, deps)), ...unheard];
      return { ...seen, findings, returns, ended, ...(at !== undefined && { portalWideAt: at }) };
    }),
  );
  return withoutOurClosings(examined, run, deps);
}

/** Returns that no workflow told. Lists that HubSpot stumbles over are asked once a run. */
async function returnsOf(
  { seen, before }: { seen: Seen; before: Former | undefined },
  run: Pick<AuditRequest, 'unseen'>,
  deps: AuditDeps & { lists: SubmissionLists },
): Promise<UnheardReturn[]> {
  if (isUnseen(run, 'submissions')) return [];
  const outcome = await unlessUnseen('submissions', () => unheardReturns(seen, before, deps));
  if ('seen' in outcome) return outcome.seen;
  note(run, outcome.unseen);
  return [];
}
