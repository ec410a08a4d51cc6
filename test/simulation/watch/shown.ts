import type { PortalContact } from '../../../local/hubspot/portal/types.ts';
import { registry } from '../registry.ts';
import type { World } from '../world/world.ts';
import { keyOfAddress } from './whose.ts';

/** When a company's opt-out that shows in HubSpot now was made by somebody else than Widerruf, by contact and company (ms). */
export type Shown = ReadonlyMap<string, number>;

/** The opt-outs that HubSpot shows at this moment. `closedByUs`: whether Widerruf itself closed a control last. */
export function shownOptOuts({ twin, scenario }: World, closedByUs: (key: string) => boolean): Shown {
  const unit = scenario.behaviour.statusTimesInSeconds ? 1000 : 1;
  const living = [...twin.portal.contacts.values()].filter(({ archived }) => !archived);
  return new Map(living.flatMap((contact) => shownOf(contact, twin.portal, { unit, closedByUs })));
}

type Portal = World['twin']['portal'];

/** `unit`: where statuses show whole seconds, nobody can know more of when the opt-out was said, ms. */
type Reading = { unit: number; closedByUs: (key: string) => boolean };

function shownOf(contact: PortalContact, portal: Portal, { unit, closedByUs }: Reading): [string, number][] {
  const address = portal.emailOf(contact);
  const portalWide = portal.isPortalWide(address)
    ? Number(portal.history(contact, 'hs_email_optout')[0]?.timestamp)
    : undefined;
  return [...registry.companies].flatMap(([company, { own }]): [string, number][] => {
    if (own.control.kind !== 'subscription') return [];
    const { status, timestamp } = portal.status(address, own.control.id);
    const optedOut =
      status === 'UNSUBSCRIBED' && !closedByUs(keyOfAddress(address, own.key))
        ? timestamp - (timestamp % unit)
        : undefined;
    const newest = Math.max(optedOut ?? -1, portalWide ?? -1);
    return newest >= 0 ? [[`${contact.id} ${company}`, newest]] : [];
  });
}
