import type { WireEvent } from '../webhooks/wire-events.ts';
import type { Account } from './account.ts';
import { formActions } from './forms.ts';
import { recordActions } from './records.ts';
import { subscriptionActions } from './subscriptions.ts';

/** What people do with a portal. Contacts are named by id; each action comes with a JSON object of its arguments. */
export function createPeople(account: Account) {
  return {
    ...recordActions(account),
    ...subscriptionActions(account),
    ...formActions(account),
    /** Sends webhook events as they are. */
    sendEvents({ events }: { events: WireEvent[] }): void {
      account.sender.send(events);
    },
  };
}

export type People = ReturnType<typeof createPeople>;
