import { randomUUID } from 'node:crypto';
import { storedValue } from '../portal/records.ts';
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
      // A workflow names the record that was enrolled, which may have been merged away meanwhile.
      const composed = { formId: form, contactId: String(contact), email: address, submittedAt, pageUrl: page };
      sender.workflow(
        behaviour.workflowBody === 'composed'
          ? { event: 'form-submission', ...composed }
          : contactRecord(bound, { vid: String(contact), email: own }),
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

/**
 * HubSpot's full contact body of a workflow webhook (the old Contacts v1 record). `vid`: the id that was asked for, `email`: the contact's
 * address.
 */
function contactRecord(contact: PortalContact, { vid, email }: { vid: string; email: string }): object {
  const { id, submissions } = contact;
  const merges = (storedValue(contact, 'hs_calculated_merged_vids') ?? '').split(';');
  const audits = merges.filter((one) => one !== '').map((one) => one.split(':'));
  return {
    vid: Number(vid),
    'canonical-vid': Number(id),
    'merge-audits': audits.map(([merged, timestamp]) => ({
      'canonical-vid': Number(id),
      'vid-to-merge': Number(merged),
      timestamp: Number(timestamp),
    })),
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
