import { randomUUID } from 'node:crypto';
import { idNumber } from '../ids.ts';
import { storedValue } from '../portal/records.ts';
import { normalised, type PortalContact } from '../portal/types.ts';
import { type Account, contactOf } from './account.ts';
import { spelt } from './spelling.ts';

type FormFill = {
  contact: string;
  form: string;
  email?: string;
  page?: string;
  /** Answers to the form's consent boxes, by subscription type; default: those of the form are ticked. */
  consents?: Record<string, boolean>;
};
type PostedForm = {
  form: string;
  email: string;
  /** The time that whoever posts states, ms; default: now. */
  submittedAt?: number;
  /** The contact whose browser the form is posted from. */
  browserOf?: string;
  page?: string;
  consents?: Record<string, boolean>;
  consentText?: string;
};
/**
 * A submission as a workflow tells of it. `enrolled`: the id of the record that was enrolled, which may have been merged away meanwhile.
 * `email`: the address that a composed body names.
 */
type Told = {
  contact: PortalContact;
  enrolled: string;
  form: string;
  email: string;
  submittedAt: number;
  page: string;
};

const PAGE = 'https://example.at/newsletter';

/** What people do with forms. */
export function formActions(account: Account) {
  const { portal, behaviour, clock } = account;
  return {
    /**
     * Somebody submits a form. HubSpot may bind the submission to the browser's contact: `contact` is whom it is bound to,
     * `email` what was typed in (default: the contact's address).
     */
    submitForm({ contact, form, email, page = PAGE, consents }: FormFill): void {
      const bound = contactOf(account, contact);
      const address = email ?? portal.emailOf(bound);
      const submittedAt = clock();
      keep(bound, { form, email: address, submittedAt, page, ...(consents !== undefined && { consents }) }, account);
      if (behaviour.formsResubscribe) resubscribe(address, form, account);
      tellWorkflow({ contact: bound, enrolled: String(contact), form, email: address, submittedAt, page }, account);
    },
    /**
     * Somebody posts a form from outside HubSpot, in whose name and with whatever time they like. The submission is bound to the
     * browser's contact, else to the contact with the address, which is created where there is none.
     */
    postForm({ browserOf, page = PAGE, submittedAt = clock(), ...posted }: PostedForm): { id: string } {
      const { form, email } = posted;
      const bound = contactForPost(email, browserOf, account);
      keep(bound, { ...posted, submittedAt, page }, account);
      if (behaviour.formsResubscribe) resubscribe(email, form, account);
      // A workflow knows the contact's property "Email", whatever was typed in.
      const told = { contact: bound, enrolled: bound.id, form, email: portal.emailOf(bound), submittedAt, page };
      tellWorkflow(told, account);
      return { id: bound.id };
    },
    /** A HubSpot user enrols a contact in the form's workflow by hand: the workflow tells of a submission that nobody made. */
    enrolByHand({ contact, form }: { contact: string; form: string }): void {
      const bound = contactOf(account, contact);
      const told = {
        contact: bound,
        enrolled: String(contact),
        form,
        email: portal.emailOf(bound),
        submittedAt: clock(),
      };
      tellWorkflow({ ...told, page: PAGE }, account);
    },
  };
}

function contactForPost(email: string, browserOf: string | undefined, account: Account): PortalContact {
  const { portal } = account;
  if (browserOf !== undefined) return contactOf(account, browserOf);
  const known = portal.byAddress(email)[0] ?? withAdditional(email, account);
  return known ?? portal.createContact({ email }, { changeSource: 'FORM' });
}

/** HubSpot knows a contact by each of its additional addresses, too, and makes no second one. */
function withAdditional(email: string, { portal }: Account): PortalContact | undefined {
  return [...portal.contacts.values()].find((contact) => {
    const additional = portal.property(contact, 'hs_additional_emails') ?? '';
    return !contact.archived && additional.split(';').some((one) => normalised(one) === normalised(email));
  });
}

type Kept = Pick<PostedForm, 'form' | 'email' | 'consents' | 'consentText'> & { submittedAt: number; page: string };

/** A submission stands in the contact's record, and in the list of its form. */
function keep(contact: PortalContact, { form, email, submittedAt, page, ...rest }: Kept, account: Account): void {
  const { portal, behaviour, clock } = account;
  const conversionId = randomUUID();
  const byAddress = normalised(email) === normalised(portal.emailOf(contact));
  portal.addSubmission(contact, { conversionId, formId: form, timestamp: submittedAt, pageUrl: page, byAddress });
  const { consents = allTicked(form, account), consentText } = rest;
  portal.submissions.add(form, {
    conversionId,
    submittedAt,
    shownFrom: clock() + behaviour.submissionLagMs,
    pageUrl: page,
    values: [
      { name: 'email', value: email },
      ...Object.entries(consents).map(([type, isTicked]) => ({
        name: `LEGAL_CONSENT.subscription_type_${type}`,
        value: isTicked ? 'Checked' : 'Not checked',
      })),
    ],
    ...(consentText !== undefined && { consentText }),
  });
}

function allTicked(form: string, { formSubscriptions }: Account): Record<string, boolean> {
  return Object.fromEntries(formSubscriptions(form).map((type) => [type, true]));
}

/** The workflow of the form, if it has one, sends its webhook. */
function tellWorkflow(told: Told, account: Account): void {
  const { behaviour, hasWorkflow, sender } = account;
  if (!hasWorkflow(told.form) || behaviour.lostContacts.has(told.contact.id)) return;
  sender.workflow(workflowBody(told, account));
}

function workflowBody({ contact, enrolled, form, email, submittedAt, page }: Told, account: Account): object {
  const { portal, account: portalId, behaviour } = account;
  const named = { event: 'form-submission', formId: form, contactId: enrolled };
  switch (behaviour.workflowBody) {
    case 'minimal':
      return spelt({ ...named, portalId }, { email, submittedAt }, behaviour);
    case 'composed':
      return spelt({ ...named, email, submittedAt, pageUrl: page }, { email, submittedAt }, behaviour);
    case 'record':
      return contactRecord(contact, { vid: enrolled, email: portal.emailOf(contact) });
  }
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
    vid: idNumber(vid),
    'canonical-vid': idNumber(id),
    'merge-audits': audits.map(([merged, timestamp]) => ({
      'canonical-vid': idNumber(id),
      'vid-to-merge': idNumber(merged ?? ''),
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
