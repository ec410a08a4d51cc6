import type { Behaviour } from '../behaviour.ts';
import type { Portal } from '../portal/portal.ts';
import type { PortalContact } from '../portal/types.ts';
import type { Sender } from '../webhooks/sender.ts';

/** The account in which people act. */
export type Account = {
  portal: Portal;
  /** HubSpot's account id. */
  account: number;
  sender: Sender;
  behaviour: Behaviour;
  clock: () => number;
  /** What HubSpot's own forms subscribe when `behaviour.formsResubscribe` is on. */
  formSubscriptions: (formId: string) => number[];
  /** Whether a workflow "form X was submitted → send a webhook" exists for the form. */
  hasWorkflow: (formId: string) => boolean;
};

/** The HubSpot user who does what an employee does. */
export const USER = 'userId:7';

/** The contact with an id. @throws Error when there is none, or when it is deleted. */
export function contactOf({ portal }: Account, id: string): PortalContact {
  const contact = portal.contact(String(id));
  if (contact === undefined) throw new Error(`the portal has no contact ${id}`);
  return contact;
}
