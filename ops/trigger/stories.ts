import type { RegistryFile } from '../../src/registry/schema.ts';
import type { StoryTexts } from '../texts/words.ts';

/** What somebody does on the twin: an action of `POST /twin/<action>` with its argument, and the name of the sentence that tells it. */
export type Act = { says: keyof StoryTexts['acts']; action: string; argument: Record<string, unknown> };

/** The person of a story; `other`: a second record of the same person, in the stories that need one. */
export type Cast = { contact: string; email: string; other?: Other };
export type Other = { contact: string; email: string };

/** A story needs certain parts of a registry; undefined where the registry has none. */
type Parts = {
  company: number;
  brand: number | undefined;
  newsletter: number | undefined;
  form: string | undefined;
  formWithConfirmation: string | undefined;
};

export type Story = {
  /** How many records the person of the story has. */
  records: 1 | 2;
  /** Undefined where the registry lacks what the story plays with. */
  acts: (parts: Parts, cast: Cast) => (Act | undefined)[];
};

const optOut = ({ company }: Parts, { contact }: Cast): Act => ({
  says: 'leavesCompany',
  action: 'unsubscribeByLink',
  argument: { contact, subscription: company },
});
const fill = (form: string | undefined, { contact }: Cast): Act | undefined =>
  form === undefined ? undefined : { says: 'fillsForm', action: 'submitForm', argument: { contact, form } };
const leave = (type: number | undefined, says: Act['says'], { contact }: Cast): Act | undefined =>
  type === undefined ? undefined : { says, action: 'unsubscribeByLink', argument: { contact, subscription: type } };

export type StoryName = keyof StoryTexts['stories'];

/** By name, as `widerruf trigger` takes them. */
export const stories: Record<StoryName, Story> = {
  'company-opt-out': { records: 1, acts: (parts, cast) => [optOut(parts, cast)] },
  'unsubscribe-all': {
    records: 1,
    acts: (_, { contact }) => [{ says: 'leavesAll', action: 'unsubscribeFromAll', argument: { contact } }],
  },
  'brand-opt-out': {
    records: 1,
    acts: ({ brand }, cast) => [leave(brand, 'leavesBrand', cast)],
  },
  'newsletter-opt-out': {
    records: 1,
    acts: ({ newsletter }, cast) => [leave(newsletter, 'leavesNewsletter', cast)],
  },
  'form-return': {
    records: 1,
    acts: (parts, cast) => [optOut(parts, cast), fill(parts.form, cast)],
  },
  'employee-reopens': {
    records: 1,
    acts: (parts, cast) => [
      optOut(parts, cast),
      {
        says: 'employeeReopens',
        action: 'subscribeByEmployee',
        argument: { contact: cast.contact, subscription: parts.company },
      },
    ],
  },
  'import-reopens': {
    records: 1,
    acts: (parts, cast) => [
      optOut(parts, cast),
      {
        says: 'importReopens',
        action: 'importRows',
        argument: { rows: [{ email: cast.email, statuses: { [parts.company]: 'SUBSCRIBED' } }] },
      },
    ],
  },
  'double-opt-in': {
    records: 1,
    acts: (parts, cast) => [
      optOut(parts, cast),
      fill(parts.formWithConfirmation, cast),
      { says: 'confirms', action: 'confirm', argument: { contact: cast.contact } },
    ],
  },
  merge: {
    records: 2,
    acts: (parts, cast) => [
      optOut(parts, cast),
      {
        says: 'merges',
        action: 'mergeContacts',
        argument: { primary: cast.other?.contact, other: cast.contact },
      },
    ],
  },
  'privacy-deletion': {
    records: 1,
    acts: (parts, cast) => [
      optOut(parts, cast),
      { says: 'deletes', action: 'deleteForPrivacy', argument: { contact: cast.contact } },
    ],
  },
};

/** The company of a registry that a story plays with: the first one with the most of what stories need. */
export function partsOf(file: RegistryFile): Parts {
  const all = Object.entries(file.companies).map(([key, { subscription, brands }]): Parts => {
    const of = Object.values(brands);
    const types = of
      .flatMap(({ controls }) => controls)
      .flatMap((one) => (one.kind === 'subscription' ? [one.id] : []));
    const news = of.flatMap(({ newsletters }) => newsletters);
    const forms = file.forms.filter(({ company }) => company === key);
    return {
      company: subscription.id,
      brand: types[0],
      newsletter: news.flatMap((one) => (one.kind === 'subscription' ? [one.id] : []))[0],
      form: forms.find(({ doubleOptIn }) => !doubleOptIn)?.id,
      formWithConfirmation: forms.find(({ doubleOptIn }) => doubleOptIn)?.id,
    };
  });
  const known = (parts: Parts) => Object.values(parts).filter((part) => part !== undefined).length;
  const [best] = all.toSorted((a, b) => known(b) - known(a));
  if (best === undefined) throw new RangeError('the registry has no company');
  return best;
}
