import type { Twin } from '../hubspot/twin.ts';

/** The company and the types that the stories play with (registry/noeku.example.yaml). */
export const COMPANY = 501;
export const KUNSTHALLE_NEWS = 512;
export const BUYER_MAIL = 9001;
export const FORM = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80502';
export const FORM_OF_COMPANY = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80503';
export const FORM_WITH_DOUBLE_OPT_IN = '0b1e9c1e-5a1f-4c70-9d6e-1f0a35c80501';
const SUBSCRIPTIONS = [501, 511, 512, 521, 531, 551];
const PROPERTIES = ['kunsthalle_krems', 'karikaturmuseum', 'landesgalerie', 'forum_frohner'].map(
  (n) => `dsgvo_sperre_${n}`,
);

/** One person of a story, seen through HubSpot. */
export type Person = {
  id: string;
  email: string;
  twin: Twin;
  status(subscription: number): string;
  property(name: string): string;
  /** Controls of Kunstmeile Krems that are closed, and how many there are. */
  closed(): number;
};
export const CONTROLS = SUBSCRIPTIONS.length + PROPERTIES.length;

/** A rule as a small story: steps one after the other, each once everything is quiet, and what must hold in the end. */
export type Story = {
  rule: string;
  what: string;
  /** Statuses and properties from before the story begins. */
  before?: { statuses?: Record<string, 'SUBSCRIBED' | 'UNSUBSCRIBED'>; properties?: Record<string, string> };
  steps: ((person: Person) => void | Promise<void>)[];
  /** An empty list: the rule held. Else what is wrong. */
  check: (person: Person) => string[];
};

export function createPerson(
  twin: Twin,
  name: string,
  { statuses = {}, properties = {} }: NonNullable<Story['before']>,
): Person {
  const email = `${name}@example.at`;
  const everything = { 501: 'SUBSCRIBED', 511: 'SUBSCRIBED', 512: 'SUBSCRIBED', 9001: 'SUBSCRIBED' } as const;
  const { id } = twin.people.createContact({ email, properties, statuses: { ...everything, ...statuses } });
  const contact = twin.portal.contact(id);
  const property = (key: string) => (contact === undefined ? '' : (twin.portal.property(contact, key) ?? ''));
  const status = (subscription: number) => twin.portal.status(email, subscription).status;
  return {
    id,
    email,
    twin,
    status,
    property,
    closed: () =>
      SUBSCRIPTIONS.filter((subscription) => status(subscription) === 'UNSUBSCRIBED').length +
      PROPERTIES.filter((key) => property(key) === 'true').length,
  };
}

/** What HubSpot holds now, in one line. */
export function summary(person: Person): string {
  const state = (subscription: number) => person.status(subscription).toLowerCase().replace('_', ' ');
  return `company ${state(COMPANY)}; ${person.closed()} of ${CONTROLS} closed; buyer mail ${state(BUYER_MAIL)}`;
}
