import type { Journal } from './journal.ts';
import type { ListedSubmission } from './types.ts';

/** A page of a list; `after`: where the next page begins, undefined on the last one. */
export type ListPage = { submissions: ListedSubmission[]; after?: string };

/** HubSpot's largest page. */
const LARGEST_PAGE = 50;

/** The submissions of each form, newest first by their stated times, as HubSpot lists them. */
export class SubmissionLists {
  readonly #lists = new Map<string, ListedSubmission[]>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Takes over a line of an earlier run. */
  load({ form, submission }: { form: string; submission: ListedSubmission }): void {
    const list = [...(this.#lists.get(form) ?? []), submission];
    this.#lists.set(
      form,
      list.sort((a, b) => b.submittedAt - a.submittedAt),
    );
  }

  lines(): { form: string; submission: ListedSubmission }[] {
    return [...this.#lists].flatMap(([form, list]) => list.map((submission) => ({ form, submission })));
  }

  add(form: string, submission: ListedSubmission): void {
    this.load({ form, submission });
    this.#journal.append({ form, submission });
  }

  /** All submissions of a form, whether the list shows them yet or not. */
  of(form: string): readonly ListedSubmission[] {
    return this.#lists.get(form) ?? [];
  }

  /** A page as the list shows it at `now` (ms). `after`: the last submission that the caller has seen, as the page before told. */
  page(form: string, { now, limit, after }: { now: number; limit: number; after: string | undefined }): ListPage {
    const shown = this.of(form).filter(({ shownFrom }) => shownFrom <= now);
    const from = after === undefined ? 0 : shown.findIndex(({ conversionId }) => conversionId === after) + 1;
    const submissions = shown.slice(from, from + Math.min(limit, LARGEST_PAGE));
    const last = submissions.at(-1)?.conversionId;
    const isLast = from + submissions.length >= shown.length;
    return { submissions, ...(!isLast && last !== undefined && { after: last }) };
  }
}
