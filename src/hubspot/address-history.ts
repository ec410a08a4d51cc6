import * as z from 'zod/mini';
import { normaliseAddress } from '../address.ts';
import { byTime, type HubSpotTime, hubspotTime } from '../clocks.ts';
import { askHistories } from './contacts.ts';
import type { Send } from './transport.ts';
import { unlessUnseen } from './unseen.ts';

const Version = z.looseObject({ value: z.nullish(z.string()), timestamp: z.string() });
const Contact = z.looseObject({
  id: z.string(),
  propertiesWithHistory: z.nullish(z.looseObject({ email: z.nullish(z.array(Version)) })),
});

/** An address, as HubSpot spells it, that a contact has or had as its primary one, and since when. */
export type HeldAddress = { address: string; at: HubSpotTime };

/** The histories of contacts' primary addresses, oldest first; contacts of which HubSpot shows none are left out. */
export async function readAddressHistories(
  send: Send,
  ids: readonly string[],
): Promise<Map<string, readonly HeldAddress[]>> {
  const answer = await askHistories(send, ids, ['email']);
  const histories = new Map<string, readonly HeldAddress[]>();
  for (const { id, propertiesWithHistory } of z.array(Contact).parse(answer.results)) {
    const history = heldAddresses(propertiesWithHistory?.email ?? []);
    if (history.length > 0) histories.set(id, history);
  }
  return histories;
}

/** Like {@link readAddressHistories}; where HubSpot tells no histories, nothing is known. */
export async function readHistoriesIfTold(
  send: Send,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly HeldAddress[]>> {
  if (ids.length === 0) return new Map();
  const outcome = await unlessUnseen('history', () => readAddressHistories(send, ids));
  return 'seen' in outcome ? outcome.seen : new Map();
}

function heldAddresses(versions: readonly z.infer<typeof Version>[]): HeldAddress[] {
  const held = versions.flatMap(({ value, timestamp }) => {
    const at = Date.parse(timestamp);
    const isNone = normaliseAddress(value) === undefined || Number.isNaN(at);
    return isNone ? [] : [{ address: (value ?? '').trim(), at: hubspotTime(at) }];
  });
  const isNew = ({ address }: HeldAddress, i: number, all: readonly HeldAddress[]) =>
    normaliseAddress(address) !== normaliseAddress(all[i - 1]?.address);
  // HubSpot names the newest first; of two versions of one moment the later one stays behind the earlier.
  return held
    .toReversed()
    .toSorted((a, b) => byTime(a.at, b.at))
    .filter(isNew);
}
