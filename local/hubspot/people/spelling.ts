import type { Behaviour } from '../behaviour.ts';

type Body = { formId: string; [key: string]: unknown };

/** A composed body as a person may have spelt it (`workflowSpelling`). `submittedAt`: ms. */
export function spelt(
  body: Body,
  { email, submittedAt }: { email: string; submittedAt: number },
  { workflowSpelling }: Pick<Behaviour, 'workflowSpelling'>,
): object {
  switch (workflowSpelling) {
    case 'plain':
      return body;
    case 'bare form id':
      return { ...body, formId: body.formId.replaceAll('-', '') };
    case 'seconds':
      return { ...body, submittedAt: Math.floor(submittedAt / 1000) };
    case 'date':
      return { ...body, submittedAt: new Date(submittedAt).toISOString() };
    case 'no contact id':
      return { ...body, contactId: '', email };
  }
}
