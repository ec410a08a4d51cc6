import { registry } from '../registry.ts';
import type { World } from '../world/world.ts';

/** When a company's opt-out that shows in HubSpot now was made by somebody else than Widerruf; taken before the audit. */
export type Shown = ReadonlyMap<string, number>;

/** The opt-outs that HubSpot shows at this moment, by contact and company. */
export function shownOptOuts({ twin }: World, closedByUs: (key: string) => boolean): Shown {
  const shown = new Map<string, number>();
  for (const { id } of twin.portal.contacts.values()) {
    const contact = twin.portal.contact(id);
    if (contact === undefined) continue;
    const address = twin.portal.emailOf(contact).trim().toLowerCase();
    const portalWide = twin.portal.isPortalWide(address)
      ? Number(twin.portal.history(contact, 'hs_email_optout')[0]?.timestamp)
      : undefined;
    for (const [company, { own }] of registry.companies) {
      if (own.control.kind !== 'subscription') continue;
      const { status, timestamp } = twin.portal.status(address, own.control.id);
      const optedOut = status === 'UNSUBSCRIBED' && !closedByUs(`${address} ${own.key}`) ? timestamp : undefined;
      const newest = Math.max(optedOut ?? -1, portalWide ?? -1);
      if (newest >= 0) shown.set(`${id} ${company}`, newest);
    }
  }
  return shown;
}
