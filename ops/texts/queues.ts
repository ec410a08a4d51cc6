/** What the queues are called, by the key that JSON and `--queue` have. */
export const queuesEnglish = {
  signals: 'signals',
  crowds: 'crowd signals',
  convergence: 'convergence',
  audit: 'audit',
};
export type QueueKey = keyof typeof queuesEnglish;
export const queuesGerman: Record<QueueKey, string> = {
  signals: 'Signale',
  crowds: 'Massen-Signale',
  convergence: 'Abgleich',
  audit: 'Prüflauf',
};
