import type { RegistryFile } from '../../src/registry/schema.ts';

/** What somebody does on the twin: an action of `POST /twin/<action>` with its argument, and the sentence that tells it. */
export type Act = { says: string; action: string; argument: Record<string, unknown> };

/** The person of a story, and another record that some stories need. */
export type Cast = { contact: string; email: string; other: string };

/** A story needs certain parts of a registry; undefined where the registry has none. */
type Parts = {
  company: number;
  brand: number | undefined;
  newsletter: number | undefined;
  form: string | undefined;
  formWithConfirmation: string | undefined;
};

export type Story = {
  what: string;
  /** Undefined where the registry lacks what the story plays with. */
  acts: (parts: Parts, cast: Cast) => (Act | undefined)[];
};

const optOut = ({ company }: Parts, { contact }: Cast): Act => ({
  says: 'the person leaves the company by the link in a mail',
  action: 'unsubscribeByLink',
  argument: { contact, subscription: company },
});
const fill = (form: string | undefined, { contact }: Cast): Act | undefined =>
  form === undefined
    ? undefined
    : { says: 'the person fills in the form', action: 'submitForm', argument: { contact, form } };
const leave = (type: number | undefined, what: string, { contact }: Cast): Act | undefined =>
  type === undefined
    ? undefined
    : { says: `the person leaves ${what}`, action: 'unsubscribeByLink', argument: { contact, subscription: type } };

/** By name, as `widerruf trigger` takes them. */
export const stories: Record<string, Story> = {
  'company-opt-out': { what: 'R1: a company opt-out closes every brand', acts: (parts, cast) => [optOut(parts, cast)] },
  'unsubscribe-all': {
    what: 'R1: HubSpot’s "unsubscribe from all" is an opt-out of every company',
    acts: (_, { contact }) => [
      { says: 'the person unsubscribes from all', action: 'unsubscribeFromAll', argument: { contact } },
    ],
  },
  'brand-opt-out': {
    what: 'R2: a "no" to a brand stays there',
    acts: ({ brand }, cast) => [leave(brand, 'one brand', cast)],
  },
  'newsletter-opt-out': {
    what: 'R2: a "no" to a newsletter stays there',
    acts: ({ newsletter }, cast) => [leave(newsletter, 'one newsletter', cast)],
  },
  'form-return': {
    what: 'R4, R6: the owner comes back by a form; everything goes back to what it was',
    acts: (parts, cast) => [optOut(parts, cast), fill(parts.form, cast)],
  },
  'employee-reopens': {
    what: 'R5: an employee subscribes the person again, which is refused',
    acts: (parts, cast) => [
      optOut(parts, cast),
      {
        says: 'an employee subscribes the person again',
        action: 'subscribeByEmployee',
        argument: { contact: cast.contact, subscription: parts.company },
      },
    ],
  },
  'import-reopens': {
    what: 'R5: an import subscribes the person again, which is refused',
    acts: (parts, cast) => [
      optOut(parts, cast),
      {
        says: 'an import subscribes the person again',
        action: 'importRows',
        argument: { rows: [{ email: cast.email, statuses: { [parts.company]: 'SUBSCRIBED' } }] },
      },
    ],
  },
  'double-opt-in': {
    what: 'R7: a return by a form with double opt-in waits for the owner’s click',
    acts: (parts, cast) => [
      optOut(parts, cast),
      fill(parts.formWithConfirmation, cast),
      { says: 'the person clicks the confirmation', action: 'confirm', argument: { contact: cast.contact } },
    ],
  },
  merge: {
    what: 'R8: the opt-out survives a merge with a record that is open',
    acts: (parts, cast) => [
      optOut(parts, cast),
      {
        says: 'an employee merges the person’s two records',
        action: 'mergeContacts',
        argument: { primary: cast.other, other: cast.contact },
      },
    ],
  },
  'privacy-deletion': {
    what: 'R8: a deletion for privacy keeps the "no" as a keyed hash',
    acts: (parts, cast) => [
      optOut(parts, cast),
      { says: 'the record is deleted for privacy', action: 'deleteForPrivacy', argument: { contact: cast.contact } },
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
