import { contactsOfAddress } from '../../hubspot/search.ts';
import { unlessUnseen } from '../../hubspot/unseen.ts';
import type { AuditRequest } from '../../queues/audit-request.ts';
import { planFormer } from '../../rules/plan-former.ts';
import type { AuditDeps } from './deps.ts';
import type { Former } from './former-addresses.ts';
import { note } from './page.ts';
import type { Seen } from './seen.ts';

/**
 * R8: the companies of which something is open, under an opt-out that stands there, at an address which the record held before and no other record holds by
 * now: a brand that came or moved into the registry after the address changed. Where another record holds the address, that record's ledger speaks.
 */
export async function leftOpen(
  { dossier }: Pick<Seen, 'dossier'>,
  { former, spelt }: Former,
  run: Pick<AuditRequest, 'unseen'>,
  { registry, hubspot, now }: AuditDeps,
): Promise<string[]> {
  const open = planFormer(dossier, { exists: true, others: [], actual: {}, former }, registry, now());
  const companies: string[] = [];
  for (const hash of new Set(open.map(({ address }) => address))) {
    const holders = await unlessUnseen('single contacts', () => contactsOfAddress(hubspot.send, spelt.get(hash) ?? ''));
    if ('unseen' in holders) note(run, holders.unseen);
    else if (holders.seen.every((id) => id === dossier.contact)) {
      companies.push(...open.filter(({ address }) => address === hash).map(({ write }) => write.control.company));
    }
  }
  return companies;
}
