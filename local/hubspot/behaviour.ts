/** An answer instead of what a call asks for: HubSpot's error, or a body of any shape. */
export type Failure = { status: number; category: string } | { status: number; body: unknown };

/** How the twin behaves where HubSpot is uncertain, limited or in trouble. May be changed while it runs. */
export type Behaviour = {
  /** Whether the token has the batch scopes for statuses (Marketing Hub Enterprise). */
  batchScopes: boolean;
  /** Calls that may start within ten seconds; more are answered 429. */
  limitPer10Seconds: number;
  /** Seconds to name in `Retry-After` of a 429; undefined: the header is left out, as HubSpot often does. */
  retryAfterSeconds: number | undefined;
  /** HubSpot since October 2024: a consent form itself subscribes its types and lifts the portal-wide opt-out (disputed). */
  formsResubscribe: boolean;
  /** Whether SUBSCRIBED on one type ends the portal-wide opt-out (reason RESUBSCRIBE_OCCURRED; uncertain). */
  subscribeLiftsPortalWide: boolean;
  /** Whether NOT_SPECIFIED can be written to a status (the API's schema allows it; uncertain). */
  acceptsNotSpecified: boolean;
  /** `contact.*` or `object.*` webhooks, or both at once as after a careless set-up. */
  eventFormat: 'classic' | 'generic' | 'both';
  /** Whether reads show the times of statuses in whole seconds, unlike the answers to writes. */
  statusTimesInSeconds: boolean;
  /** How long reads of statuses still show what was before a change, ms: HubSpot does not promise that a read sees the newest write. */
  statusLagMs: number;
  /** How long reads of a contact still show the opt-out properties as before a change of a status, ms. */
  optOutPropertyLagMs: number;
  /** Whether reads show an address of which HubSpot holds nothing, or leave the address out (a single read answers 404). */
  unknownAddresses: 'listed' | 'left out';
  /** How answers about statuses spell an address: as the call did, or in small composed letters (Unicode NFC). */
  spellsAnswers: 'as asked' | 'in one form';
  /** Whether answers hold null for what they would leave out: `errors`, `paging`, `options`, `legalConsentOptions`, `propertiesWithHistory`. */
  explicitNulls: boolean;
  /** What becomes of closing what is closed: it is taken, or refused as "already unsubscribed" (400, as older versions did). */
  closingAgain: 'taken' | 'refused';
  /** Whether events leave out the values of the opt-out properties, as HubSpot does with sensitive and hidden ones. */
  hidesValues: boolean;
  /** Whether the history of an opt-out property shows all versions, as of other properties; or only since when "unsubscribed from all" is set. */
  keepsOptOutVersions: boolean;
  /** How long a workflow takes to copy an opt-out into a property of the portal's own, ms. */
  copyDelayMs: number;
  /** changeSource of every change of a subscription status: probably EMAIL, whoever made it. */
  optOutChangeSource: string;
  /**
   * What a workflow's webhook carries: the recommended body (form, contact and portal), one that also tells address, time and page, or
   * the full contact record.
   */
  workflowBody: 'minimal' | 'composed' | 'record';
  /**
   * How whoever composed the workflow's body spelt a submission: the form's id without dashes, the time in seconds or as a date, an empty
   * contact id beside the address. A full contact record is HubSpot's own and always plain.
   */
  workflowSpelling: 'plain' | 'bare form id' | 'seconds' | 'date' | 'no contact id';
  /** How long the list of a form's submissions does not show a new one (ms). HubSpot names no bound. */
  submissionLagMs: number;
  /** What becomes of a call for such a list: HubSpot's v1 endpoint ends in September 2027. */
  submissionLists: 'readable' | 'forbidden' | 'gone' | 'unknown shape';
  /** Whether a merged record names the records that became part of it, which HubSpot's own properties do. */
  mergedNamesParts: boolean;
  /** Share (0…1) of webhook batches sent twice, and lost altogether. */
  duplicates: number;
  lost: number;
  /** Contacts whose webhooks and workflow calls are all lost. */
  lostContacts: Set<string>;
  /** Whether the events of a batch are sent in random order. */
  reorder: boolean;
  /** Whether webhooks wait until `release()`. */
  hold: boolean;
  /** Waits before each further try of a webhook that was not answered 2xx. HubSpot: ten tries in 24 hours. */
  retryDelaysMs: number[];
  /** Contact properties that the portal demands: a write that leaves a contact without one is refused (enforced since 2026-09). */
  demandedProperties: string[];
  /** How many results a page of a search or a list holds fewer than it could: a short page is not the last one. */
  pagesShortBy: number;
  /** The last id that the search of contacts finds: it says that nothing follows, though contacts do. The list shows them all. */
  searchEndsAfter: string | undefined;
  /** HubSpot is down: every API call is answered 503, or the connection is cut. */
  outage: false | 'answers 503' | 'cuts connections';
  /** How long each API call takes longer than it has to (ms). */
  delayMs: number;
  /** A status, or a status with HubSpot's category of the error or with any body, with which to answer an API call instead of doing it. */
  fail: ((call: { method: string; path: string; body: string }) => number | Failure | undefined) | undefined;
  /** The id of the first contact; later ones follow. HubSpot's ids may be larger than a JavaScript number holds exactly. */
  firstId: string;
  /** How long after its creation a record cannot be read yet, ms. */
  readableAfterMs: number;
  /** Properties that HubSpot refuses to write: deleted, read-only, or by a rule "this needs that". */
  refusedProperties: ReadonlySet<string>;
  /** The options of properties that have some: no other value is taken. */
  propertyOptions: ReadonlyMap<string, readonly string[]>;
  /** The calls that HubSpot never answers. */
  silent: ((call: { method: string; path: string; body: string }) => boolean) | undefined;
  /** The category with which to refuse one input of a batch (207). */
  itemError: ((input: unknown) => string | undefined) | undefined;
};

export const ordinary: Behaviour = {
  batchScopes: true,
  limitPer10Seconds: 190,
  retryAfterSeconds: undefined,
  formsResubscribe: false,
  subscribeLiftsPortalWide: true,
  acceptsNotSpecified: true,
  eventFormat: 'generic',
  statusTimesInSeconds: false,
  statusLagMs: 0,
  optOutPropertyLagMs: 0,
  unknownAddresses: 'listed',
  spellsAnswers: 'as asked',
  explicitNulls: false,
  closingAgain: 'taken',
  hidesValues: false,
  keepsOptOutVersions: true,
  copyDelayMs: 0,
  optOutChangeSource: 'EMAIL',
  workflowBody: 'composed',
  workflowSpelling: 'plain',
  submissionLagMs: 0,
  submissionLists: 'readable',
  mergedNamesParts: true,
  duplicates: 0,
  lost: 0,
  lostContacts: new Set(),
  reorder: false,
  hold: false,
  retryDelaysMs: [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 102_400],
  demandedProperties: [],
  pagesShortBy: 0,
  searchEndsAfter: undefined,
  outage: false,
  delayMs: 0,
  fail: undefined,
  firstId: '101',
  readableAfterMs: 0,
  refusedProperties: new Set(),
  propertyOptions: new Map(),
  silent: undefined,
  itemError: undefined,
};
