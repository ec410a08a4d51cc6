import type { Control } from './schema.ts';

/** Names one control: `subscription:511` or `property:dsgvo_sperre_…`. */
export type ControlKey = string;

export function controlKey(control: Control): ControlKey {
  return control.kind === 'subscription' ? subscriptionKey(control.id) : propertyKey(control.name);
}

/** The key of a subscription type. */
export const subscriptionKey = (id: number | string): ControlKey => `subscription:${id}`;
/** The key of a contact property. */
export const propertyKey = (name: string): ControlKey => `property:${name}`;
/** Whether a key is a contact property's. */
export const isPropertyKey = (key: ControlKey): boolean => key.startsWith('property:');

/**
 * What a control holds in HubSpot. A subscription type: SUBSCRIBED, NOT_SPECIFIED or UNSUBSCRIBED.
 * A property: its raw value, '' when it was never set.
 */
export type ControlValue = string;

/** The value that stops mail. */
export function closedValue(control: Control): ControlValue {
  return control.kind === 'subscription' ? 'UNSUBSCRIBED' : control.blocked;
}

/** What HubSpot shows of a subscription type that nobody ever set. */
export const NEVER_SET: ControlValue = 'NOT_SPECIFIED';

/** Whether a value says that nobody ever set the control: it is open, and nobody said so. */
export function isNeverSet(value: ControlValue, control: Control): boolean {
  return (value === '' || value === NEVER_SET) && value !== closedValue(control) && value !== openValue(control);
}

/** Stands for the value of a control that HubSpot refused to show, or that somebody had opened against a standing opt-out. */
export const UNSEEN: ControlValue = 'UNSEEN';

/** The value that invites mail. */
export function openValue(control: Control): ControlValue {
  return control.kind === 'subscription' ? 'SUBSCRIBED' : control.open;
}

/** The contact property that tells of a control's changes; HubSpot names it `hs_email_optout_<id>` for a subscription type. */
export function watchedProperty(control: Control): string {
  return control.kind === 'subscription' ? optOutProperty(String(control.id)) : control.name;
}

/** Like {@link watchedProperty}, for a control of which only the key is known. */
export function watchedPropertyOf(key: ControlKey): string {
  const [kind = '', name = ''] = key.split(/:(.*)/s);
  return kind === 'subscription' ? optOutProperty(name) : name;
}

/** HubSpot's name for the contact property that shows whether a subscription type is opted out (hubspot.md, Webhooks). */
const optOutProperty = (subscriptionId: string) => `hs_email_optout_${subscriptionId}`;

/** The keys of the controls that a control took the place of. */
export function formerKeys({ kind, formerly = [] }: Control): ControlKey[] {
  return formerly.map((name) => (kind === 'subscription' ? subscriptionKey(name) : propertyKey(String(name))));
}
