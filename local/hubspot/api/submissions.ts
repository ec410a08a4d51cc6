import { type Context, Hono } from 'hono';
import type { People } from '../people/people.ts';
import type { ListedSubmission } from '../portal/types.ts';
import type { ApiOptions } from './account.ts';
import { error } from './answers.ts';

/** The list of a form's submissions, newest first. Any registered form has one. */
export function submissionRoutes(options: ApiOptions): Hono {
  return new Hono().get('/form-integrations/v1/submissions/forms/:form', (c) => list(c, options));
}

function list(c: Context, { portal, behaviour, clock }: ApiOptions): Response {
  switch (behaviour.submissionLists) {
    case 'forbidden':
      return error(c, 403, 'MISSING_SCOPES', 'This app hasn’t been granted all required scopes');
    case 'gone':
      return error(c, 404, 'OBJECT_NOT_FOUND', 'resource not found');
    case 'unknown shape':
      return c.json({ submissions: [] });
    case 'readable':
  }
  const limit = Number(c.req.query('limit') ?? 20);
  if (!(limit >= 1)) return error(c, 400, 'VALIDATION_ERROR', 'limit must be at least 1');
  const { submissions, after } = portal.submissions.page(String(c.req.param('form')), {
    now: clock(),
    limit,
    after: c.req.query('after'),
  });
  const results = submissions.map(({ shownFrom: _, consentText, ...shown }: ListedSubmission) => ({
    ...shown,
    ...(consentText !== undefined && { legalConsentOptions: { consent: { text: consentText } } }),
  }));
  return c.json({ results, ...(after !== undefined && { paging: { next: { after } } }) });
}

type PublicForm = {
  fields?: { name: string; value: string }[];
  submittedAt?: number | string;
  context?: { hutk?: string; pageUri?: string };
  legalConsentOptions?: {
    consent?: { text?: string; communications?: { value: boolean; subscriptionTypeId: number; text?: string }[] };
  };
};

/**
 * HubSpot's public form endpoint: no token is asked for, and whoever posts may name any address and any time. `hutk`, the browser's
 * cookie, is in the twin the id of the contact whose browser it is.
 */
export function publicFormRoutes(
  people: People,
  { portal, forms }: { portal: number; forms: readonly { id: string }[] | undefined },
): Hono {
  return new Hono().post('/submissions/v3/integration/submit/:portal/:form', async (c) => {
    const { portal: account, form } = c.req.param();
    const isKnown = forms === undefined || forms.some(({ id }) => id === form);
    if (account !== String(portal) || !isKnown) return error(c, 404, 'FORM_NOT_FOUND', 'no such form');
    const { fields = [], submittedAt, context, legalConsentOptions } = await c.req.json<PublicForm>();
    const email = fields.find(({ name }) => name === 'email')?.value;
    if (email === undefined) return error(c, 400, 'REQUIRED_FIELD', "Required field 'email' is missing");
    const { text, communications = [] } = legalConsentOptions?.consent ?? {};
    people.postForm({
      form,
      email,
      ...(submittedAt !== undefined && { submittedAt: Number(submittedAt) }),
      ...(context?.hutk !== undefined && { browserOf: context.hutk }),
      ...(context?.pageUri !== undefined && { page: context.pageUri }),
      consents: Object.fromEntries(communications.map((one) => [one.subscriptionTypeId, one.value])),
      ...(text !== undefined && { consentText: text }),
    });
    return c.json({ inlineMessage: 'Thanks for submitting the form.' });
  });
}
