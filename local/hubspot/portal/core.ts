import type { Behaviour } from '../behaviour.ts';
import type { Journal } from './journal.ts';
import type { PortalEvent } from './types.ts';

/** What both halves of a portal, records and subscriptions, need. Each change is journalled first and then told. */
export type Core = {
  clock: () => number;
  behaviour: Behaviour;
  journal: Journal;
  tell: (event: PortalEvent) => void;
};
