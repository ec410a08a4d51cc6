import * as z from 'zod/mini';
import type { Registry } from '../../src/registry/registry.ts';
import type { Cloud } from '../aws/cloud.ts';
import type { Twin } from '../hubspot/twin.ts';
import { createCrowd, createPerson, type NewPeople } from './newcomers.ts';

/** What somebody can do on the page, each with its arguments. Contacts are named by HubSpot's ids. */
const contact = z.string().check(z.regex(/^\d{1,20}$/, 'use the number of a person'));
const email = z.string().check(z.maxLength(254), z.regex(/^[^\s@]+@[^\s@]+$/, 'use an e-mail address'));
const subscription = z.int().check(z.positive());
const control = z.string().check(z.regex(/^(subscription|property):\w+$/, 'use a control of the registry'));
const to = z.enum(['closed', 'open']);
const act = <Name extends string, Shape extends z.core.$ZodLooseShape>(name: Name, shape: Shape) =>
  z.strictObject({ act: z.literal(name), ...shape });

export const Act = z.discriminatedUnion('act', [
  act('create', { email }),
  act('crowd', { count: z.int().check(z.minimum(1), z.maximum(5000)) }),
  act('unsubscribe', { contact, subscription }),
  act('unsubscribe-from-all', { contact }),
  act('preferences', { contact, subscriptions: z.record(z.string().check(z.regex(/^\d+$/)), z.boolean()) }),
  act('form', { contact, form: z.string().check(z.maxLength(100)), email: z.optional(email) }),
  act('confirm', { contact }),
  act('employee', { contacts: z.array(contact).check(z.minLength(1), z.maxLength(100)), control, to }),
  act('import', { addresses: z.array(email).check(z.minLength(1), z.maxLength(1000)), control, to }),
  act('merge', { contact, other: contact }),
  act('delete', { contact }),
  act('restore', { contact }),
  act('rename', { contact, email }),
  act('delete-for-privacy', { contact }),
  act('audit', {}),
]);
export type Act = z.infer<typeof Act>;

type Deps = { twin: Twin; registry: Registry; cloud: Pick<Cloud, 'schedules'>; newPeople: NewPeople };
type Acts = { [Name in Act['act']]: (act: Extract<Act, { act: Name }>, deps: Deps) => unknown };

const acts: Acts = {
  create: (one, { twin, newPeople }) => createPerson(one.email, newPeople, twin),
  crowd: ({ count }, { twin, newPeople }) => createCrowd(count, newPeople, twin),
  unsubscribe: (one, { twin }) => twin.people.unsubscribeByLink(one),
  'unsubscribe-from-all': (one, { twin }) => twin.people.unsubscribeFromAll(one),
  preferences: savePreferences,
  form: (one, { twin }) =>
    twin.people.submitForm({
      contact: one.contact,
      form: one.form,
      ...(one.email !== undefined && { email: one.email }),
    }),
  confirm: (one, { twin }) => twin.people.confirm({ contact: one.contact }),
  employee({ contacts, ...rest }, deps) {
    for (const one of contacts) setByEmployee(one, rest, deps);
  },
  import: importList,
  merge: (one, { twin }) => twin.people.mergeContacts({ primary: one.contact, other: one.other }),
  delete: (one, { twin }) => twin.people.deleteContact(one),
  restore: (one, { twin }) => twin.people.restoreContact(one),
  rename: (one, { twin }) => twin.people.editProperty({ contact: one.contact, name: 'email', value: one.email }),
  'delete-for-privacy': (one, { twin }) => twin.people.deleteForPrivacy(one),
  async audit(_, { cloud }) {
    const asked = new Date().toISOString();
    const found = [...cloud.schedules].find(([id]) => /^SchedulesAudit/.test(id));
    await found?.[1].run();
    return { asked };
  },
};

/** Lets somebody act in the twin; Widerruf hears of it as of any change in HubSpot. @throws Error when HubSpot would not let them. */
export async function perform(one: Act, deps: Deps): Promise<unknown> {
  const run = acts[one.act] as (given: Act, deps: Deps) => unknown;
  return (await run(one, deps)) ?? {};
}

/** The preference page: what was unticked is unsubscribed by the person, what was ticked is subscribed by HubSpot's self service. */
function savePreferences({ contact: who, subscriptions }: Extract<Act, { act: 'preferences' }>, { twin }: Deps): void {
  const found = twin.portal.contact(who);
  if (found === undefined) throw new Error(`the portal has no contact ${who}`);
  const address = twin.portal.emailOf(found);
  for (const [id, wanted] of Object.entries(subscriptions)) {
    const type = { contact: who, subscription: Number(id) };
    const { status } = twin.portal.status(address, type.subscription);
    if (wanted && status !== 'SUBSCRIBED') twin.people.resubscribeBySelfService(type);
    if (!wanted && status === 'SUBSCRIBED') twin.people.unsubscribeByLink(type);
  }
}

type Setting = { control: string; to: 'closed' | 'open' };

function setByEmployee(who: string, { control: key, to: direction }: Setting, { twin, registry }: Deps): void {
  const found = registeredControl(key, registry);
  if (found.kind === 'property') {
    const value = direction === 'closed' ? found.blocked : found.open;
    twin.people.editProperty({ contact: who, name: found.name, value });
    return;
  }
  const type = { contact: who, subscription: found.id };
  if (direction === 'closed') twin.people.unsubscribeByEmployee(type);
  else twin.people.subscribeByEmployee(type);
}

function importList(one: Extract<Act, { act: 'import' }>, { twin, registry }: Deps): void {
  const found = registeredControl(one.control, registry);
  const value = (direction: Setting['to']) =>
    found.kind === 'property'
      ? { properties: { [found.name]: direction === 'closed' ? found.blocked : found.open } }
      : { statuses: { [found.id]: direction === 'closed' ? ('UNSUBSCRIBED' as const) : ('SUBSCRIBED' as const) } };
  twin.people.importRows({ rows: one.addresses.map((address) => ({ email: address, ...value(one.to) })) });
}

function registeredControl(key: string, registry: Registry) {
  const placed = registry.controls.get(key);
  if (placed === undefined) throw new Error(`the registry has no control ${key}`);
  return placed.control;
}
