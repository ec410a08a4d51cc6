import type { HubSpotTime, OurTime } from '../clocks.ts';
import { latest } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import type { Decision } from './decision.ts';
import type { LedgerEntry } from './entry.ts';
import { replay } from './evolve.ts';
import { heldUntil } from './holdings.ts';
import { isNews, noWins } from './order.ts';
import { shownOptOut } from './r1-company-opt-out.ts';
import { holdingsSeen } from './r8-address-change.ts';
import type { SeenAddress, Sight } from './sight.ts';
import { type ContactState, companyState, isOptedOut } from './state.ts';

/**
 * R8: company opt-outs that HubSpot shows at an address which the record held before, said by the end of that, and of which no webhook told. Such
 * a "no" stays with that address, and goes along with the record.
 */
export function formerOptOuts(known: Known, sight: Sight, registry: Registry, now: OurTime): Decision[] {
  const { former = [] } = sight;
  if (former.length === 0) return [];
  const holdings = holdingsSeen(known.state, sight, now);
  return former.flatMap((one) => {
    const until = heldUntil(one.hash, holdings);
    return until === undefined ? [] : optOutsAt(one, until, known, { registry, now });
  });
}

type Known = { state: ContactState; entries: readonly LedgerEntry[] };

/** What is said later is the word of whoever has the address next. */
function optOutsAt(
  address: SeenAddress,
  until: HubSpotTime,
  { entries }: Known,
  { registry, now }: { registry: Registry; now: OurTime },
): Decision[] {
  const state = replay(entries, registry, { address: address.hash });
  const sight: Sight = { exists: true, address, others: [], actual: {} };
  return [...registry.companies].flatMap(([company, { own }]): Decision[] => {
    const current = companyState(state, company);
    if (isOptedOut(current)) return [];
    const returned = latest(current.returns.map(({ at }) => at));
    const isUnheard = (at: HubSpotTime) =>
      at <= until && isNews(at, current.optOut?.at) && (returned === undefined || noWins(at, returned));
    const found = shownOptOut(own, state, sight, { registry, now }).find(({ at }) => isUnheard(at));
    if (found === undefined) return [];
    const source = { channel: 'audit', change: found.change } as const;
    const change = { companies: [company], at: found.at, source, address: address.hash };
    return [
      {
        rule: 'R8',
        outcome: 'opted-out',
        reason: 'HubSpot holds an opt-out said with an address that the record had then, of which no webhook told',
        changes: [{ type: 'company-opt-out', ...change }],
      },
    ];
  });
}
