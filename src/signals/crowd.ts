import type { Signal, SignalSource } from './signal.ts';

/** changeSource values of what one person does about one contact: by a mail's link, a form, HubSpot's own page. HubSpot's list is open. */
const PERSONAL = ['EMAIL', 'FORM', 'CRM_UI'];
/** So many events of one request that differ in the contact alone are a crowd, whatever HubSpot calls their source: persons do not click at once. */
const ALIKE = 20;

/** What touches many contacts at once (an audit, an operator's command, an import, an integration, a bulk edit); undefined: a person. */
export function crowdOf({ channel, change, id }: SignalSource): string | undefined {
  if (channel === 'audit' || channel === 'operator') return channel;
  return change === undefined || PERSONAL.includes(change) ? undefined : [change, id].filter(Boolean).join('-');
}

/** Signals that came together, each with its crowd, if it has one. */
export function withCrowds(signals: readonly Signal[]): Signal[] {
  const counts = new Map<string, number>();
  if (signals.length >= ALIKE) {
    for (const signal of signals) counts.set(likenessOf(signal), (counts.get(likenessOf(signal)) ?? 0) + 1);
  }
  return signals.map((signal) => {
    const named = crowdOf(signal.source);
    const alike = counts.size > 0 ? likenessOf(signal) : '';
    const crowd = named ?? ((counts.get(alike) ?? 0) >= ALIKE ? alike : undefined);
    return crowd === undefined ? signal : { ...signal, crowd };
  });
}

function likenessOf(signal: Signal): string {
  const { kind, source } = signal;
  const what = kind === 'control' ? `${signal.control}-${signal.to}` : kind;
  return `${what}-${source.change ?? ''}-${source.id ?? ''}`;
}
