import type { Actor } from '../portal/types.ts';
import { type Account, contactOf, USER } from './account.ts';

type OneType = { contact: string; subscription: number };
type StatusSetting = { status: 'SUBSCRIBED' | 'UNSUBSCRIBED'; source: string };

/** What people do about subscriptions: opt-outs and ways back, by the person or by an employee. */
export function subscriptionActions(account: Account) {
  const { portal } = account;
  const addressOf = (contact: string) => portal.emailOf(contactOf(account, contact));
  const set = ({ contact, subscription }: OneType, change: StatusSetting, actor: Actor): void =>
    void portal.setStatus(addressOf(contact), subscription, change, actor);

  return {
    /** The person clicks "unsubscribe" in a mail of one subscription type. */
    unsubscribeByLink(type: OneType): void {
      set(type, { status: 'UNSUBSCRIBED', source: 'Recipient' }, byMailSystem(account));
    },
    /** The person unsubscribes from all mail. */
    unsubscribeFromAll({ contact }: { contact: string }): void {
      portal.optOutOfAll(addressOf(contact), byMailSystem(account));
    },
    unsubscribeByEmployee(type: OneType): void {
      set(type, { status: 'UNSUBSCRIBED', source: 'HubSpot user' }, { ...byMailSystem(account), sourceId: USER });
    },
    subscribeByEmployee(type: OneType): void {
      set(type, { status: 'SUBSCRIBED', source: 'HubSpot user' }, { ...byMailSystem(account), sourceId: USER });
    },
    /** The person uses HubSpot's own resubscription mail or preference page. */
    resubscribeBySelfService(type: OneType): void {
      set(type, { status: 'SUBSCRIBED', source: 'Self Service Resubscription' }, byMailSystem(account));
    },
    /** The owner clicks the confirmation in the double opt-in mail. */
    confirm({ contact, value = 'User clicked confirmation' }: { contact: string; value?: string }): void {
      const found = contactOf(account, contact);
      portal.setProperty(found, 'hs_emailconfirmationstatus', value, { changeSource: 'EMAIL' });
    },
  };
}

/** Whoever changes a status, HubSpot's event names the same source. */
function byMailSystem({ behaviour }: Account): Actor {
  return { changeSource: behaviour.optOutChangeSource };
}
