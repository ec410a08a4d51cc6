/**
 * A company opt-out that HubSpot holds or held, whoever made it but Widerruf, said with the address that the contact had then. `at`: ms;
 * `key`: names the event.
 */
export type Out = { company: string; at: number; key: string; address: string };

/**
 * A form submission in HubSpot's list; whether it is the owner's is asked when it matters. `at`: the time that it states; `postedAt`: when
 * it really was posted (ms).
 */
export type Back = { company: string; at: number; postedAt: number; form: string; address: string; key: string };

/** Everything that really happened to one contact. */
export type Person = {
  id: string;
  /** Every address the contact ever held. */
  addresses: Set<string>;
  outs: Out[];
  backs: Back[];
  /** When the owner confirmed: by the mail's link or on HubSpot's own page, with the company it was about. */
  confirmations: { at: number; company?: string; key?: string }[];
  /** Contacts that became part of this one. */
  absorbed: { id: string; at: number; key: string }[];
  /** The contact's primary addresses, each with the time since when, ms. */
  held: { address: string; at: number }[];
  /** Keys of the record's deletions. */
  deletions: string[];
  /** Whether anything happened to the record itself, so that "must be lifted" is not asked. */
  eventful: boolean;
};

/** Somebody of whom nothing is known yet. */
export function newPerson(id: string): Person {
  return {
    id,
    addresses: new Set(),
    outs: [],
    backs: [],
    confirmations: [],
    absorbed: [],
    held: [],
    deletions: [],
    eventful: false,
  };
}

/** The primary address that a contact had at a moment (ms), '' when it had none. */
export function addressAt({ held }: Person, at: number): string {
  return held.findLast((one) => one.at <= at)?.address ?? held[0]?.address ?? '';
}
