import * as z from 'zod/mini';
import { normaliseAddress } from '../address.ts';
import type { HubSpotTime } from '../clocks.ts';
import type { ListedSubmission } from '../rules/r4-proof.ts';
import { id, note, orNothing, time } from './fields.ts';
import type { ApiResponse, Send } from './transport.ts';

/**
 * The lists of forms' submissions, behind an interface: HubSpot's v1 endpoint ends in September 2027, and the dated forms API may take
 * over. Read `GET /form-integrations/v1/submissions/forms/{guid}`, newest first (HubSpot's changelog of 2019-01-23; scope `forms`).
 */
export type SubmissionLists = {
  /** The submissions of a form that are later than `after`, newest first; or why HubSpot's list cannot be read. */
  read(form: string, after: HubSpotTime): Promise<List>;
};
export type List = { submissions: readonly ListedSubmission[] } | { unreadable: Unreadable };
/** Why a list cannot be read, for people. */
export type Unreadable =
  | 'the scope forms is missing'
  | 'HubSpot has no such list'
  | 'HubSpot answers in an unknown shape';

/** HubSpot's largest page, and how many pages of one form are read at most. */
const PAGE = 50;
const MOST_PAGES = 100;
/** Of a text that only its hash is kept of, and of a page, the beginning tells enough. */
const LONGEST = 2000;

const Value = z.looseObject({ name: z.string(), value: note(LONGEST) });
const Listed = z.looseObject({
  conversionId: z.string(),
  submittedAt: time,
  pageUrl: note(LONGEST),
  values: z._default(z.array(orNothing(Value)), []),
  legalConsentOptions: orNothing(z.looseObject({ consent: z.looseObject({ text: note(LONGEST) }) })),
});
const Page = z.looseObject({
  results: z.array(z.unknown()),
  paging: z.nullish(z.looseObject({ next: z.nullish(z.looseObject({ after: orNothing(z.union([z.string(), id])) })) })),
});

/** What was read of one form so far. `next`: undefined when there is no older page. */
type Progress = { submissions: ListedSubmission[]; pages: number; next: string | undefined; unreadable?: Unreadable };

/** Each page is read once in the life of the returned object: whoever works on a batch takes one for the batch. */
export function createSubmissionLists(send: Send): SubmissionLists {
  const read = new Map<string, Promise<Progress>>();
  return {
    async read(form, after) {
      const before = read.get(form) ?? Promise.resolve(nothingRead());
      // After a failed call the list is read from its beginning.
      const reading = before.catch(nothingRead).then((progress) => readOn(progress, { send, form, after }));
      read.set(form, reading);
      const { submissions, unreadable } = await reading;
      if (unreadable !== undefined) return { unreadable };
      return { submissions: submissions.filter(({ at }) => at > after) };
    },
  };
}

const nothingRead = (): Progress => ({ submissions: [], pages: 0, next: '' });

async function readOn(from: Progress, wanted: { send: Send; form: string; after: HubSpotTime }): Promise<Progress> {
  const { send, form, after } = wanted;
  let progress = from;
  while (progress.next !== undefined && progress.pages < MOST_PAGES) {
    const oldest = progress.submissions.at(-1);
    if (progress.unreadable !== undefined || (oldest !== undefined && oldest.at <= after)) break;
    const query = `limit=${PAGE}${progress.next && `&after=${encodeURIComponent(progress.next)}`}`;
    const path = `/form-integrations/v1/submissions/forms/${encodeURIComponent(form)}?${query}`;
    progress = withPage(progress, await send({ method: 'GET', path }));
  }
  return progress;
}

function withPage({ submissions, pages }: Progress, { status, body }: ApiResponse): Progress {
  const done = { submissions, pages: pages + 1, next: undefined };
  if (status === 403) return { ...done, unreadable: 'the scope forms is missing' };
  if (status >= 300) return { ...done, unreadable: 'HubSpot has no such list' };
  const page = Page.safeParse(body);
  const parsed = page.data?.results.map(submissionOf) ?? [];
  const known = parsed.filter((one) => one !== undefined);
  // One odd submission is passed over; a page of nothing else is a list that we cannot read.
  const isUnknown = !page.success || (parsed.length > 0 && known.length === 0);
  if (isUnknown) return { ...done, unreadable: 'HubSpot answers in an unknown shape' };
  return { ...done, submissions: [...submissions, ...known], next: page.data.paging?.next?.after };
}

/** A consent box is a field of this name (HubSpot's embedded forms; the list names fields as the form does). */
const CONSENT = /^LEGAL_CONSENT\.subscription_type_(\d+)$/;
const TICKED = /^(checked|true|yes|on|1)$/i;

function submissionOf(result: unknown): ListedSubmission | undefined {
  const parsed = Listed.safeParse(result);
  if (!parsed.success) return undefined;
  const { conversionId, submittedAt, pageUrl, values, legalConsentOptions } = parsed.data;
  const fields = values.filter((field) => field !== undefined);
  const address = normaliseAddress(fields.find(({ name }) => name === 'email')?.value);
  const consentText = legalConsentOptions?.consent.text;
  return {
    id: conversionId,
    at: submittedAt,
    ...(address !== undefined && { address }),
    ...(pageUrl !== undefined && { page: pageUrl }),
    consents: new Map(
      fields.flatMap(({ name, value = '' }) => {
        const type = CONSENT.exec(name)?.[1];
        return type === undefined ? [] : [[Number(type), TICKED.test(value.trim())] as const];
      }),
    ),
    ...(consentText !== undefined && { consentText }),
  };
}
