import * as z from 'zod/mini';
import { normaliseAddress } from '../address.ts';
import { asHubSpotTime, type HubSpotTime, type OurTime } from '../clocks.ts';
import { subscriptionKey } from '../registry/control.ts';
import type { Registry } from '../registry/registry.ts';
import { BY_ADDRESS, type Signal } from '../signals/signal.ts';
import { withId } from '../signals/signal-id.ts';
import { id, note, orNothing, time, timeOfSubmission } from './fields.ts';
import type { Ignored } from './webhook-event.ts';

/** An address has at most 254 characters (RFC 5321); of longer ones, and of pages, the beginning tells enough. */
const MAX_ADDRESS = 320;
const MAX_PAGE = 2000;

/**
 * What a workflow's "Send a webhook" posts (design §4). A person composes the body, so that only what names nobody at all is
 * unreadable: whatever else is missing or odd is looked up in HubSpot.
 */
const Composed = z.looseObject({
  event: z.string(),
  portalId: orNothing(id),
  contactId: orNothing(id),
  email: note(MAX_ADDRESS),
  formId: orNothing(z.string()),
  submittedAt: orNothing(timeOfSubmission),
  pageUrl: note(MAX_PAGE),
  subscriptionId: orNothing(id),
  status: note(40),
  occurredAt: orNothing(time),
});
type Composed = z.output<typeof Composed>;

/** A merge in which the contact took part. */
const MergeAudit = z.looseObject({ 'vid-to-merge': orNothing(id), timestamp: orNothing(time) });

/**
 * HubSpot's full contact body (Contacts v1 record), which lists every submission of the contact. `vid` is the record that was enrolled,
 * `canonical-vid` the one that it became part of, where it was merged away.
 */
const ContactRecord = z.looseObject({
  vid: id,
  'canonical-vid': orNothing(id),
  'merge-audits': orNothing(z.array(MergeAudit)),
  'portal-id': orNothing(id),
  properties: orNothing(z.looseObject({ email: orNothing(z.looseObject({ value: note(MAX_ADDRESS) })) })),
  'form-submissions': z.array(
    orNothing(
      z.looseObject({
        'form-id': z.string(),
        timestamp: time,
        'page-url': note(MAX_PAGE),
        'contact-associated-by': z.nullish(z.array(z.string())),
      }),
    ),
  ),
});

/** What a workflow call says: signals, and reasons for what no rule needs. */
export function signalsOfWorkflow(input: unknown, registry: Registry, receivedAt: OurTime): (Signal | Ignored)[] {
  const composed = Composed.safeParse(input);
  if (composed.success) return [signalOfComposed(composed.data, registry, receivedAt)];
  const record = ContactRecord.safeParse(input);
  return record.success ? signalsOfRecord(record.data, registry, receivedAt) : ['unreadable'];
}

const SOURCE = { channel: 'workflow' } as const;
type Base = {
  v: 1;
  portal: number;
  receivedAt: OurTime;
  source: typeof SOURCE;
  contact: string;
  address?: string;
};

function signalOfComposed(body: Composed, registry: Registry, receivedAt: OurTime): Signal | Ignored {
  const event = body.event
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  if (event !== 'form-submission' && event !== 'subscription-change') return 'unknown-type';
  // Bodies carry the portal only where the workflow was composed so; a sandbox's ids must not reach production.
  if (body.portalId !== undefined && body.portalId !== String(registry.portal)) return 'other-portal';
  const contact = body.contactId ?? (normaliseAddress(body.email) === undefined ? undefined : BY_ADDRESS);
  // Who composed the body has to mend the workflow, which an alarm tells.
  if (contact === undefined) return 'unreadable';
  const base: Base = { v: 1, portal: registry.portal, receivedAt, source: SOURCE, contact };
  const named = {
    ...base,
    ...(body.email && (contact === BY_ADDRESS || event === 'form-submission') && { address: body.email }),
  };
  return event === 'form-submission'
    ? submissionOf(body, named, registry)
    : changeOf(body, named, registry, receivedAt);
}

/** Nobody can tell from the body what happened: HubSpot is looked at. */
function unclear(base: Base): Signal {
  return withId({ ...base, occurredAt: asHubSpotTime(base.receivedAt), kind: 'lifecycle', event: 'unclear' });
}

function submissionOf(
  { formId, submittedAt, email, pageUrl }: Composed,
  base: Base,
  registry: Registry,
): Signal | Ignored {
  if (formId !== undefined && !registry.forms.has(formIdOf(formId))) return 'unwatched-property';
  if (formId === undefined) return unclear(base);
  // The time that counts stands in HubSpot's list of submissions (R4), so that an event may do without.
  const when =
    submittedAt === undefined
      ? { occurredAt: asHubSpotTime(base.receivedAt), untimed: true as const }
      : { occurredAt: submittedAt };
  return formSignal(registry, { ...base, ...when }, { form: formId, address: email, page: pageUrl });
}

const CLOSED = /^(opted-?out|unsubscribed|true)$/;
const OPEN = /^(opted-?in|subscribed|false)$/;

function changeOf(
  { subscriptionId, status, occurredAt }: Composed,
  base: Base,
  registry: Registry,
  receivedAt: OurTime,
): Signal | Ignored {
  if (subscriptionId === undefined) return unclear(base);
  const control = subscriptionKey(subscriptionId);
  if (!registry.controls.has(control)) return 'unwatched-property';
  const word = (status ?? '')
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  const to = CLOSED.test(word) ? 'closed' : OPEN.test(word) ? 'open' : undefined;
  if (to === undefined) return unclear(base);
  // A "no" without a usable time is a "no" all the same: such a "no" counts from when the call arrived.
  const when =
    occurredAt === undefined ? { occurredAt: asHubSpotTime(receivedAt), timeless: true as const } : { occurredAt };
  return withId({ ...base, ...when, kind: 'control', control, to });
}

function signalsOfRecord(
  { vid, properties, 'portal-id': portal, 'form-submissions': submissions, ...rest }: z.output<typeof ContactRecord>,
  registry: Registry,
  receivedAt: OurTime,
): (Signal | Ignored)[] {
  if (portal !== undefined && portal !== String(registry.portal)) return ['other-portal'];
  const contact = rest['canonical-vid'] ?? vid;
  const base: Base = { v: 1, portal: registry.portal, receivedAt, source: SOURCE, contact };
  const merge = contact === vid ? [] : [mergeTold(vid, base, rest['merge-audits'] ?? [])];
  const forms = submissions.map((one) => {
    if (one === undefined) return 'unreadable';
    // A submission that only the browser's cookie binds to the contact says nothing about whose address was typed in.
    const by = one['contact-associated-by'] ?? ['EMAIL'];
    const address = by.includes('EMAIL') ? properties?.email?.value : undefined;
    const page = one['page-url'];
    return formSignal(registry, { ...base, occurredAt: one.timestamp }, { form: one['form-id'], address, page });
  });
  return [...merge, ...forms];
}

/**
 * The enrolled record was merged away: the body tells of the merge as well as an event would. Without a time of the merge it counts from
 * now, so that the "no" wins over what was submitted before.
 */
function mergeTold(other: string, base: Base, audits: readonly z.output<typeof MergeAudit>[]): Signal {
  const at = audits.find((audit) => audit['vid-to-merge'] === other)?.timestamp;
  return withId({ ...base, occurredAt: at ?? asHubSpotTime(base.receivedAt), kind: 'merge', others: [other] });
}

type Submission = { form: string; address: string | undefined; page: string | undefined };

function formSignal(
  registry: Registry,
  base: Base & { occurredAt: HubSpotTime; untimed?: true },
  { address, page, ...submission }: Submission,
): Signal | Ignored {
  const form = formIdOf(submission.form);
  if (!registry.forms.has(form)) return 'unwatched-property';
  return withId({
    ...base,
    source: { ...SOURCE, change: 'FORM', id: form },
    kind: 'form',
    form,
    ...(address && { address }),
    ...(page && { page }),
  });
}

/** A form's GUID as the registry writes it: lower case, with hyphens. */
function formIdOf(text: string): string {
  const form = text.trim().toLowerCase().replaceAll(/[{}]/g, '');
  return form.replace(/^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/, '$1-$2-$3-$4-$5');
}
