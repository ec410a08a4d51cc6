import type { Behaviour } from '../behaviour.ts';
import type { Faults } from '../faults.ts';
import type { Portal } from '../portal/portal.ts';

/** One call of the API as the twin saw it. `items`: how many inputs a batch held; `at`: ms. */
export type Call = { method: string; path: string; items: number; status: number; at: number };

/** What the API answers from: the account's data, what the token may do, and how HubSpot behaves at the moment. */
export type ApiOptions = {
  portal: Portal;
  accessToken: string;
  behaviour: Behaviour;
  /** Ways in which the API was told to fail. */
  faults: Faults;
  clock: () => number;
  /** Names of the contact properties that exist besides HubSpot's own; undefined: any. */
  properties?: readonly string[];
  forms: readonly { id: string; subscriptions: number[] }[];
  /** Published marketing e-mails. */
  emails: readonly { id: string; name: string; subscription: number }[];
  /** Every call is appended here. */
  calls: Call[];
};

/** The version in HubSpot's paths. */
export const VERSION = '2026-09';
