import { randomUUID } from 'node:crypto';
import type { Behaviour } from '../behaviour.ts';
import type { Portal } from '../portal/portal.ts';
import { normalised, type PortalContact, type StatusValue } from '../portal/types.ts';
import type { Sender } from '../webhooks/sender.ts';
import type { WireEvent } from '../webhooks/wire-events.ts';

export type PeopleOptions = {
  portal: Portal;
  sender: Sender;
  behaviour: Behaviour;
  clock: () => number;
  /** What HubSpot's own forms subscribe when `behaviour.formsResubscribe` is on. */
  formSubscriptions: (formId: string) => number[];
  /** Whether a workflow "form X was submitted → send a webhook" exists for the form. */
  hasWorkflow: (formId: string) => boolean;
};

const USER = 'userId:7';

/** What people do with a portal. Contacts are named by id; each action comes with a JSON object of its arguments. */
export function createPeople({ portal, sender, behaviour, clock, formSubscriptions, hasWorkflow }: PeopleOptions) {
  const find = (id: string): PortalContact => {
    const contact = portal.contact(String(id));
    if (contact === undefined) throw new Error(`the portal has no contact ${id}`);
    return contact;
  };
  const byMailSystem = (sourceId?: string) => ({
    changeSource: behaviour.optOutChangeSource,
    ...(sourceId !== undefined && { sourceId }),
  });
  const setStatus = (contact: string, subscription: number, status: StatusValue, source: string, sourceId?: string) =>
    void portal.setStatus(portal.emailOf(find(contact)), subscription, { status, source }, byMailSystem(sourceId));

  return {
    /** Somebody becomes a contact; `statuses` are set beforehand, without webhooks. Returns the id. */
    createContact({ email, properties = {}, statuses = {} }: NewContact): { id: string } {
      for (const [id, status] of Object.entries(statuses)) {
        portal.setStatus(email, Number(id), { status, source: 'Form' }, { changeSource: 'FORM' });
      }
      return { id: portal.createContact({ email, ...properties }, { changeSource: 'CRM_UI', sourceId: USER }).id };
    },
    /** The person clicks "unsubscribe" in a mail of one subscription type. */
    unsubscribeByLink({ contact, subscription }: OneType): void {
      setStatus(contact, subscription, 'UNSUBSCRIBED', 'Recipient');
    },
    /** The person unsubscribes from all mail. */
    unsubscribeFromAll({ contact }: { contact: string }): void {
      portal.optOutOfAll(portal.emailOf(find(contact)), byMailSystem());
    },
    unsubscribeByEmployee({ contact, subscription }: OneType): void {
      setStatus(contact, subscription, 'UNSUBSCRIBED', 'HubSpot user', USER);
    },
    subscribeByEmployee({ contact, subscription }: OneType): void {
      setStatus(contact, subscription, 'SUBSCRIBED', 'HubSpot user', USER);
    },
    /** The person uses HubSpot's own resubscription mail or preference page. */
    resubscribeBySelfService({ contact, subscription }: OneType): void {
      setStatus(contact, subscription, 'SUBSCRIBED', 'Self Service Resubscription');
    },
    /** An employee edits a property of the contact. */
    editProperty({ contact, name, value }: { contact: string; name: string; value: string }): void {
      portal.setProperty(find(contact), name, value, { changeSource: 'CRM_UI', sourceId: USER });
    },
    /** A list is imported: by address, contacts are created or updated, and statuses set. */
    importRows({ rows }: { rows: ImportRow[] }): void {
      for (const { email, properties = {}, statuses = {} } of rows) {
        const actor = { changeSource: 'IMPORT', sourceId: '4711' };
        const contact = portal.byAddress(email)[0] ?? portal.createContact({ email }, actor);
        for (const [name, value] of Object.entries(properties)) portal.setProperty(contact, name, value, actor);
        for (const [id, status] of Object.entries(statuses)) {
          portal.setStatus(email, Number(id), { status, source: 'Import' }, actor);
        }
      }
    },
    /**
     * Somebody submits a form. HubSpot may bind the submission to the browser's contact: `contact` is whom it is bound to,
     * `email` what was typed in (default: the contact's address).
     */
    submitForm({ contact, form, email, page = 'https://example.at/newsletter' }: FormFill): void {
      const bound = find(contact);
      const timestamp = clock();
      const address = email ?? portal.emailOf(bound);
      const byAddress = normalised(address) === normalised(portal.emailOf(bound));
      portal.addSubmission(bound, { conversionId: randomUUID(), formId: form, timestamp, pageUrl: page, byAddress });
      if (behaviour.formsResubscribe) {
        const actor = { changeSource: 'FORM', sourceId: form };
        for (const id of formSubscriptions(form)) {
          portal.setStatus(
            address,
            id,
            { status: 'SUBSCRIBED', source: 'Form', legalBasis: 'CONSENT_WITH_NOTICE' },
            actor,
          );
        }
      }
      if (!hasWorkflow(form)) return;
      sender.workflow(
        behaviour.workflowBody === 'composed'
          ? {
              event: 'form-submission',
              formId: form,
              contactId: bound.id,
              email: address,
              submittedAt: timestamp,
              pageUrl: page,
            }
          : contactRecord(bound),
      );
    },
    /** The owner clicks the confirmation in the double opt-in mail. */
    confirm({ contact, value = 'User clicked confirmation' }: { contact: string; value?: string }): void {
      portal.setProperty(find(contact), 'hs_emailconfirmationstatus', value, { changeSource: 'EMAIL' });
    },
    deleteContact({ contact }: { contact: string }): void {
      portal.archive(find(contact), { changeSource: 'CRM_UI', sourceId: USER });
    },
    restoreContact({ contact }: { contact: string }): void {
      const found = portal.contacts.get(String(contact));
      if (found === undefined) throw new Error(`the portal has no contact ${contact}`);
      portal.restore(found, { changeSource: 'RECYCLING_BIN', sourceId: USER });
    },
    deleteForPrivacy({ contact }: { contact: string }): void {
      portal.deleteForPrivacy(find(contact), { changeSource: 'CRM_UI', sourceId: USER });
    },
    /** Two contacts become one. Returns the id of what came out. */
    mergeContacts({ primary, other }: { primary: string; other: string }): { id: string } {
      return { id: portal.merge(find(primary), find(other), { changeSource: 'MERGE_OBJECTS', sourceId: USER }).id };
    },
    /** Sends webhook events as they are. */
    sendEvents({ events }: { events: WireEvent[] }): void {
      sender.send(events);
    },
  };

  /** HubSpot's full contact body of a workflow webhook (the old Contacts v1 record). */
  function contactRecord(contact: PortalContact): object {
    return {
      vid: Number(contact.id),
      'is-contact': true,
      properties: { email: { value: portal.emailOf(contact), versions: [] } },
      'form-submissions': contact.submissions.map((one) => ({
        'conversion-id': one.conversionId,
        timestamp: one.timestamp,
        'form-id': one.formId,
        'page-url': one.pageUrl,
        'contact-associated-by': [one.byAddress ? 'EMAIL' : 'LEAD_GUID'],
      })),
    };
  }
}

export type People = ReturnType<typeof createPeople>;
type NewContact = { email: string; properties?: Record<string, string>; statuses?: Record<string, StatusValue> };
type OneType = { contact: string; subscription: number };
type ImportRow = { email: string; properties?: Record<string, string>; statuses?: Record<string, StatusValue> };
type FormFill = { contact: string; form: string; email?: string; page?: string };
