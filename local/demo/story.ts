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

/** One person of a story, seen through HubSpot. Id and address change when the story goes on as another record. */
export type Person = {
  id: string;
  email: string;
  twin: Twin;
  /** Runs the nightly audit now. */
  audit(): Promise<void>;
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
  audit: () => Promise<void>,
  name: string,
  { statuses = {}, properties = {} }: NonNullable<Story['before']>,
): Person {
  const email = `${name}@example.at`;
  const everything = { 501: 'SUBSCRIBED', 511: 'SUBSCRIBED', 512: 'SUBSCRIBED', 9001: 'SUBSCRIBED' } as const;
  const { id } = twin.people.createContact({ email, properties, statuses: { ...everything, ...statuses } });
  const person: Person = {
    id,
    email,
    twin,
    audit,
    status: (subscription) => twin.portal.status(person.email, subscription).status,
    property(key) {
      const contact = twin.portal.contact(person.id);
      return contact === undefined ? '' : (twin.portal.property(contact, key) ?? '');
    },
    closed: () =>
      SUBSCRIPTIONS.filter((subscription) => person.status(subscription) === 'UNSUBSCRIBED').length +
      PROPERTIES.filter((key) => person.property(key) === 'true').length,
  };
  return person;
}

/** What HubSpot holds now, in one line. */
export function summary(person: Person): string {
  const state = (subscription: number) => person.status(subscription).toLowerCase().replace('_', ' ');
  return `company ${state(COMPANY)}; ${person.closed()} of ${CONTROLS} closed; buyer mail ${state(BUYER_MAIL)}`;
}
