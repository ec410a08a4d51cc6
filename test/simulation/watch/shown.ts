import type { PortalContact } from '../../../local/hubspot/portal/types.ts';
import { registry } from '../registry.ts';
import type { World } from '../world/world.ts';

/** When a company's opt-out that shows in HubSpot now was made by somebody else than Widerruf, by contact and company (ms). */
export type Shown = ReadonlyMap<string, number>;

/** The opt-outs that HubSpot shows at this moment. `closedByUs`: whether Widerruf itself closed a control last. */
export function shownOptOuts({ twin }: World, closedByUs: (key: string) => boolean): Shown {
  const living = [...twin.portal.contacts.values()].filter(({ archived }) => !archived);
  return new Map(living.flatMap((contact) => shownOf(contact, twin.portal, closedByUs)));
}

type Portal = World['twin']['portal'];

function shownOf(contact: PortalContact, portal: Portal, closedByUs: (key: string) => boolean): [string, number][] {
  const address = portal.emailOf(contact).trim().toLowerCase();
  const portalWide = portal.isPortalWide(address)
    ? Number(portal.history(contact, 'hs_email_optout')[0]?.timestamp)
    : undefined;
  return [...registry.companies].flatMap(([company, { own }]): [string, number][] => {
    if (own.control.kind !== 'subscription') return [];
    const { status, timestamp } = portal.status(address, own.control.id);
    const optedOut = status === 'UNSUBSCRIBED' && !closedByUs(`${address} ${own.key}`) ? timestamp : undefined;
    const newest = Math.max(optedOut ?? -1, portalWide ?? -1);
    return newest >= 0 ? [[`${contact.id} ${company}`, newest]] : [];
  });
}
