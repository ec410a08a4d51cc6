import * as z from 'zod/mini';
import { asHubSpotTime, type HubSpotTime, type OurTime } from '../clocks.ts';
import { subscriptionKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import type { Signal } from '../signals/signal.ts';
import { withId } from '../signals/signal-id.ts';
import { id, note, orNothing, time } from './fields.ts';
import type { Ignored } from './webhook-event.ts';

/** An address has at most 254 characters (RFC 5321); of longer ones, and of pages, the beginning tells enough. */
const MAX_ADDRESS = 320;
const MAX_PAGE = 2000;

/** What a workflow's "Send a webhook" posts (design §4). */
const FormSubmission = z.looseObject({
  event: z.literal('form-submission'),
  formId: z.string(),
  contactId: id,
  email: note(MAX_ADDRESS),
  submittedAt: time,
  pageUrl: note(MAX_PAGE),
});
const SubscriptionChange = z.looseObject({
  event: z.literal('subscription-change'),
  subscriptionId: id,
  status: z.enum(['opted-out', 'opted-in']),
  contactId: id,
  occurredAt: orNothing(time),
});
const EVENTS = new Set(['form-submission', 'subscription-change']);
/** HubSpot's full contact body (Contacts v1 record), which lists every submission of the contact. */
const ContactRecord = z.looseObject({
  vid: id,
  'portal-id': orNothing(id),
  properties: orNothing(z.looseObject({ email: orNothing(z.looseObject({ value: note(MAX_ADDRESS) })) })),
  'form-submissions': z.array(
    orNothing(
      z.looseObject({
        'form-id': z.string(),
        timestamp: time,
        'page-url': note(MAX_PAGE),
        'contact-associated-by': z.optional(z.array(z.string())),
      }),
    ),
  ),
});

/** What a workflow call says: signals, and reasons for what no rule needs. */
export function signalsOfWorkflow(input: unknown, registry: Registry, receivedAt: OurTime): (Signal | Ignored)[] {
  const source = { channel: 'workflow' } as const;
  const base = { v: 1, portal: registry.portal, receivedAt, source } as const;

  const submission = FormSubmission.safeParse(input);
  if (submission.success) {
    const { formId, contactId, email, submittedAt, pageUrl } = submission.data;
    const common = { ...base, contact: contactId, occurredAt: submittedAt };
    return [formSignal(registry, common, { form: formId, address: email, page: pageUrl })];
  }
  const change = SubscriptionChange.safeParse(input);
  if (change.success) {
    // A "no" without a usable time is a "no" all the same: such a "no" counts from when the call arrived.
    const { subscriptionId, status, contactId, occurredAt = asHubSpotTime(receivedAt) } = change.data;
    const control = subscriptionKey(subscriptionId);
    if (!registry.controls.has(control)) return ['unwatched-property'];
    const to = status === 'opted-out' ? 'closed' : 'open';
    return [withId({ ...base, contact: contactId, occurredAt, kind: 'control', control, to })];
  }
  const record = ContactRecord.safeParse(input);
  if (record.success) {
    const { vid, properties, 'portal-id': portal, 'form-submissions': submissions } = record.data;
    if (portal !== undefined && portal !== String(registry.portal)) return ['other-portal'];
    return submissions.map((one) => {
      if (one === undefined) return 'unreadable';
      // A submission that only the browser's cookie binds to the contact says nothing about whose address was typed in.
      const by = one['contact-associated-by'];
      const email = by === undefined || by.includes('EMAIL') ? properties?.email?.value : undefined;
      const common = { ...base, contact: vid, occurredAt: one.timestamp };
      return formSignal(registry, common, { form: one['form-id'], address: email, page: one['page-url'] });
    });
  }
  // A known event that does not fit is a workflow to be mended, which an alarm tells; an unknown one is nothing of ours.
  const named = z.looseObject({ event: z.string() }).safeParse(input);
  return [named.success && !EVENTS.has(named.data.event) ? 'unknown-type' : 'unreadable'];
}

type Common = {
  v: 1;
  portal: number;
  receivedAt: OurTime;
  source: { channel: 'workflow' };
  contact: string;
  occurredAt: HubSpotTime;
};

type Submission = { form: string; address: string | undefined; page: string | undefined };

function formSignal(
  registry: Registry,
  common: Common,
  { address, page, ...submission }: Submission,
): Signal | Ignored {
  const form = submission.form.trim().toLowerCase();
  if (!registry.forms.has(form)) return 'unwatched-property';
  return withId({
    ...common,
    source: { ...common.source, change: 'FORM', id: form } as Common['source'],
    kind: 'form',
    form,
    ...(address && { address }),
    ...(page && { page }),
  });
}
