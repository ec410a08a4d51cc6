/** What a subscription status says of an address and a subscription type. */
export type StatusValue = 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'NOT_SPECIFIED';

/** A value that a property has or had. `timestamp`: ms. */
export type PropertyVersion = { value: string; timestamp: number; sourceType: string; sourceId?: string };

/** A contact record. Times in ms. */
export type PortalContact = {
  id: string;
  createdAt: number;
  updatedAt: number;
  archived: boolean;
  /** Newest version first, as HubSpot lists them. */
  properties: Record<string, PropertyVersion[]>;
  submissions: Submission[];
  /** The record that came out of the merge in which this one went. */
  mergedInto?: string;
};

/** `byAddress`: the address that was typed in is the contact's; otherwise the browser's cookie bound the submission to the contact. */
export type Submission = {
  conversionId: string;
  formId: string;
  timestamp: number;
  pageUrl: string;
  byAddress: boolean;
};

/**
 * A submission as the list of its form holds it. `submittedAt`: the time that whoever posted the form stated (ms); `shownFrom`: when
 * the list begins to show the submission (ms), which is some moments later.
 */
export type ListedSubmission = {
  conversionId: string;
  submittedAt: number;
  shownFrom: number;
  pageUrl: string;
  values: { name: string; value: string }[];
  /** The text that stood beside the consent box, where whoever posted the form sent one. */
  consentText?: string;
};

/** The status of one subscription type for one address. `source`: HubSpot's text for who set it; `timestamp`: ms. */
export type PortalStatus = {
  status: StatusValue;
  source: string;
  timestamp: number;
  legalBasis?: string;
  legalBasisExplanation?: string;
};

/** What HubSpot says that a status write did (`setStatusSuccessReason`). */
export type SetReason =
  | 'REQUESTED_CHANGE_OCCURRED'
  | 'NO_STATUS_CHANGE'
  | 'RESUBSCRIBE_OCCURRED'
  | 'UNSUBSCRIBE_FROM_ALL_OCCURRED';

/** The portal-wide "unsubscribed from all" of an address. `timestamp`: ms. */
export type PortalWide = { optedOut: boolean; timestamp: number };

/** Who changed something, in HubSpot's words. */
export type Actor = { changeSource: string; sourceId?: string };

/** A change of a contact that a webhook may tell of. `occurredAt`: ms. */
export type PortalEvent = {
  type: 'propertyChange' | 'creation' | 'deletion' | 'restore' | 'merge' | 'privacyDeletion';
  contact: string;
  occurredAt: number;
  actor: Actor;
  propertyName?: string;
  propertyValue?: string;
  /** Of a merge: the primary contact, those merged into it, and what came out. */
  merge?: { primary: string; merged: string[]; result: string };
};

/** Addresses are compared after trimming and lower-casing. */
export const normalised = (address: string): string => address.trim().toLowerCase();
