import { counted } from '../../counted.ts';

/** What an audit's report says; kinds of findings, parts of the portal and reasons are told as they are recorded. */
export const reportEnglish = {
  /** `from`, `to`: ISO 8601. */
  head: (from: string, to: string, contacts: number) =>
    `Widerruf audit, ${from} to ${to}: ${counted(contacts, 'contact', 'contacts')}`,
  queued: 'queued for repair',
  reportOnly: 'report only, nothing repaired',
  kind: (kind: string) => kind,
  part: (part: string) => part,
  why: (text: string) => text,
  areClosed: 'controls that are closed:',
  wouldBeClosed: 'controls that would be closed:',
  coverage: 'not in the registry, used against its purpose, or not writable:',
  unseen: 'not seen, and so not examined:',
  first: (count: number) => `the first ${count}:`,
  contact: 'contact',
};

export type ReportTexts = typeof reportEnglish;
