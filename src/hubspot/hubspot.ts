import type { Now } from '../clocks.ts';
import type { Registry } from '../registry/registry.ts';
import { createStatusApi, type StatusApi } from './statuses.ts';
import { createSubmissionLists, type SubmissionLists } from './submissions.ts';
import type { Send } from './transport.ts';
import { type ContactUpdate, type UpdateOutcome, updateContacts } from './update-contacts.ts';

/** A HubSpot account: `send` reads whatever is asked; everything that Widerruf writes goes through the two writers. */
export type HubSpot = {
  send: Send;
  statuses: StatusApi;
  /** The lists of forms' submissions as they are from now on: what the returned object has read, it does not read again. */
  submissionLists: () => SubmissionLists;
  updateContacts(updates: readonly ContactUpdate[]): Promise<Map<string, UpdateOutcome>>;
};

/** The writers refuse what the registry protects (R3). */
export function createHubSpot(send: Send, now: Now, registry: Pick<Registry, 'protectedControls'>): HubSpot {
  return {
    send,
    statuses: createStatusApi(send, now, registry),
    submissionLists: () => createSubmissionLists(send),
    updateContacts: (updates) => updateContacts(send, updates, now, registry),
  };
}
