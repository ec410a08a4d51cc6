import type { Control } from './schema.ts';

/** Names one control: `subscription:511` or `property:dsgvo_sperre_…`. */
export type ControlKey = string;

export function controlKey(control: Control): ControlKey {
  return control.kind === 'subscription' ? `subscription:${control.id}` : `property:${control.name}`;
}

/**
 * What a control holds in HubSpot. A subscription type: SUBSCRIBED, NOT_SPECIFIED or UNSUBSCRIBED.
 * A property: its raw value, '' when it was never set.
 */
export type ControlValue = string;

/** The value that stops mail. */
export function closedValue(control: Control): ControlValue {
  return control.kind === 'subscription' ? 'UNSUBSCRIBED' : control.blocked;
}

/** The value that invites mail. */
export function openValue(control: Control): ControlValue {
  return control.kind === 'subscription' ? 'SUBSCRIBED' : control.open;
}

/** The contact property that tells of a control's changes; HubSpot names it `hs_email_optout_<id>` for a subscription type. */
export function watchedProperty(control: Control): string {
  return control.kind === 'subscription' ? `hs_email_optout_${control.id}` : control.name;
}
