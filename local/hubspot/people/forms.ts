import { randomUUID } from 'node:crypto';
import { normalised, type PortalContact } from '../portal/types.ts';
import { type Account, contactOf } from './account.ts';

type FormFill = { contact: string; form: string; email?: string; page?: string };

/** What people do with forms. */
export function formActions(account: Account) {
  return {
    /**
     * Somebody submits a form. HubSpot may bind the submission to the browser's contact: `contact` is whom it is bound to,
     * `email` what was typed in (default: the contact's address).
     */
    submitForm({ contact, form, email, page = 'https://example.at/newsletter' }: FormFill): void {
      const { portal, sender, behaviour, clock, hasWorkflow } = account;
      const bound = contactOf(account, contact);
      const submittedAt = clock();
      const own = portal.emailOf(bound);
      const address = email ?? own;
      const byAddress = normalised(address) === normalised(own);
      const submission = { conversionId: randomUUID(), formId: form, timestamp: submittedAt, pageUrl: page, byAddress };
      portal.addSubmission(bound, submission);
      if (behaviour.formsResubscribe) resubscribe(address, form, account);
      if (!hasWorkflow(form)) return;
      const composed = { formId: form, contactId: bound.id, email: address, submittedAt, pageUrl: page };
      sender.workflow(
        behaviour.workflowBody === 'composed' ? { event: 'form-submission', ...composed } : contactRecord(bound, own),
      );
    },
  };
}

/** HubSpot itself subscribes the form's types. */
function resubscribe(address: string, form: string, { portal, formSubscriptions }: Account): void {
  const change = { status: 'SUBSCRIBED', source: 'Form', legalBasis: 'CONSENT_WITH_NOTICE' } as const;
  for (const type of formSubscriptions(form)) {
    portal.setStatus(address, type, change, { changeSource: 'FORM', sourceId: form });
  }
}

/** HubSpot's full contact body of a workflow webhook (the old Contacts v1 record). `email`: the contact's address. */
function contactRecord({ id, submissions }: PortalContact, email: string): object {
  return {
    vid: Number(id),
    'is-contact': true,
    properties: { email: { value: email, versions: [] } },
    'form-submissions': submissions.map(({ conversionId, timestamp, formId, pageUrl, byAddress }) => ({
      'conversion-id': conversionId,
      timestamp,
      'form-id': formId,
      'page-url': pageUrl,
      'contact-associated-by': [byAddress ? 'EMAIL' : 'LEAD_GUID'],
    })),
  };
}
