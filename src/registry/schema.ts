import * as z from 'zod/mini';

/**
 * The registry: which companies, brands and controls the portal has (design §5).
 * Cross-references between its parts are checked in `problems.ts`, lines are found in `load.ts`.
 */

const described = <T extends z.core.$ZodType>(schema: T, description: string): T => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

const key = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and hyphens'));
const subscriptionId = z.int().check(z.positive());
// HubSpot's internal property names: lower case, start with a letter, at most 100 characters.
const propertyName = z
  .string()
  .check(
    z.regex(
      /^[a-z][a-z0-9_]{0,99}$/,
      'HubSpot property names are lower-case letters, digits and _, starting with a letter',
    ),
  );
const duration = z
  .string()
  .check(z.regex(/^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/, 'use an ISO 8601 duration such as PT10M or P7D'));

const day = z.iso.date('use a day such as 2027-01-01');

const FORMER_TYPES = described(
  z.optional(z.array(subscriptionId)),
  'subscription types that this one took the place of: a "no" to one of them counts',
);

const SubscriptionControl = z.strictObject({
  kind: z.literal('subscription'),
  id: described(subscriptionId, 'HubSpot subscription type id'),
  formerly: FORMER_TYPES,
});
const PropertyControl = z.strictObject({
  kind: z.literal('property'),
  name: described(propertyName, 'internal name of the contact property'),
  blocked: described(z.string(), 'value that means "no mail"'),
  open: described(z.string(), 'value that means "mail allowed"'),
  formerly: described(
    z.optional(z.array(propertyName)),
    'properties that this one took the place of: a "no" by one of them counts',
  ),
});
const ControlSchema = z.discriminatedUnion('kind', [SubscriptionControl, PropertyControl]);

const Newsletter = z.discriminatedUnion('kind', [
  z.strictObject({ key, ...SubscriptionControl.shape }),
  z.strictObject({ key, ...PropertyControl.shape }),
]);

const Brand = z.strictObject({
  name: z.string(),
  controls: described(z.array(ControlSchema), 'what blocks the whole brand'),
  newsletters: described(z._default(z.array(Newsletter), []), 'single newsletters of the brand'),
  formerly: described(
    z.optional(z.array(z.strictObject({ company: key, until: day }))),
    'companies that the brand belonged to, each until a day: for whoever had opted out of such a company by then, the brand stays closed',
  ),
});

const Company = z.strictObject({
  name: z.string(),
  subscription: described(
    z.strictObject({
      id: subscriptionId,
      property: z.optional(
        described(propertyName, 'watched property, where HubSpot offers no webhook on hs_email_optout_<id>'),
      ),
      formerly: FORMER_TYPES,
    }),
    "the company's own subscription type (Kommunikations-Abonnement)",
  ),
  brands: z.record(key, Brand),
  formerly: described(
    z.optional(z.array(z.strictObject({ key, until: z.optional(day) }))),
    'keys of companies that are this one now: their opt-outs count. until: the day of the merger, where this company existed before; an earlier return to this company does not end the opt-out of the other one',
  ),
});

const Form = z.strictObject({
  id: z.pipe(
    z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "use the form's GUID")),
    z.transform((guid: string) => guid.toLowerCase()),
  ),
  company: z.string(),
  brand: z.optional(z.string()),
  newsletter: z.optional(z.string()),
  doubleOptIn: described(
    z.boolean(),
    'whether a return by this form waits for the owner to confirm; no default, because anyone can type a stranger’s address into a form',
  ),
});

const Policy = z.strictObject({
  reOptInGrace: described(
    z._default(duration, 'PT10M'),
    'how long an opt-in with a form as its source may wait for its form-submission event',
  ),
  formSources: described(
    z._default(z.array(z.string()), ['FORM']),
    'changeSource values that ascribe an opt-in to a form',
  ),
  acceptSelfService: described(
    z._default(z.boolean(), false),
    'whether HubSpot’s own "Self Service Resubscription" counts as the owner’s return',
  ),
  ownerConfirmationSources: z._default(z.array(z.string()), ['Self Service Resubscription']),
  confirmedValues: described(
    z._default(z.array(z.string()), ['Confirmed', 'User clicked confirmation']),
    'values of hs_emailconfirmationstatus that are the owner’s own click',
  ),
  confirmationTimeout: z._default(duration, 'P7D'),
  unverifiedSubmissions: z.optional(
    described(
      z.enum(['refuse', 'accept']),
      'what becomes of a submission that HubSpot’s list of submissions cannot confirm because the list cannot be read; default: refuse without double opt-in, accept with it',
    ),
  ),
  submissionsMayLag: described(
    z._default(duration, 'PT15M'),
    'how long HubSpot’s list of a form’s submissions may not show a new one; then a form event without its submission is refused',
  ),
  recoverReturns: described(
    z._default(z.boolean(), false),
    'whether the nightly audit applies returns that HubSpot’s lists of submissions show and no workflow told; otherwise it reports them',
  ),
  echoWindow: described(
    z._default(duration, 'PT2S'),
    'how far an event may be from our own write, in HubSpot’s time, and still be its echo',
  ),
});

export const RegistrySchema = z.strictObject({
  portal: described(z.int().check(z.positive()), 'HubSpot account id'),
  protected: described(
    z.strictObject({
      subscriptions: z._default(z.array(z.strictObject({ id: subscriptionId, name: z.optional(z.string()) })), []),
      properties: z._default(z.array(propertyName), []),
    }),
    'buyer service mail: never written',
  ),
  companies: z.record(key, Company),
  forms: z._default(z.array(Form), []),
  policy: z.prefault(Policy, {}),
  canary: z.optional(
    described(
      z.strictObject({
        contact: z.string().check(z.regex(/^\d{1,20}$/, 'use the contact’s id, in quotes')),
        subscription: subscriptionId,
      }),
      'a test contact of yours, opted out of this brand or newsletter type every day to see whether the webhook comes back',
    ),
  ),
});

export type RegistryFile = z.infer<typeof RegistrySchema>;
export type Control = z.infer<typeof ControlSchema>;
export type PolicySettings = z.infer<typeof Policy>;
