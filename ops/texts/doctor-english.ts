import { counted } from '../../src/counted.ts';
import { type QueueKey, queuesEnglish } from './queues.ts';

/** What `widerruf doctor` and `widerruf init` say of a portal, in English: a finding, and after it the mend. `doctor-german.ts` has the same texts. */
export const doctorEnglish = {
  levels: { loss: 'LOSS', risk: 'RISK', note: 'NOTE' },
  mend: 'mend',
  /** A part of the portal, a kind of gap, and why something cannot be seen, as they are recorded. */
  part: (part: string) => part,
  kind: (kind: string) => kind,
  why: (text: string) => text,
  noLoss: 'no opt-out can be lost by what was examined',
  losses: (count: number) => `${counted(count, 'finding', 'findings')} by which an opt-out could be lost`,

  controlMissing: (key: string, company: string) => `${key} of ${company} does not exist in the portal`,
  correctId: 'correct the id in the registry',
  correctName: 'correct the name in the registry, or create the property',
  typeArchived: (key: string, name: string) => `${key} (${name}) is archived`,
  activate: 'take it out of the registry, or activate it in HubSpot',
  readOnly: (key: string) => `${key} is read-only in HubSpot`,
  makeEditable: 'make the property editable, or name another one',
  noOption: (key: string, value: string, options: string) => `${key} has no option "${value}"; it has ${options}`,
  correctValues: 'correct blocked and open in the registry',
  typeInBrand: (id: number, brand: number) => `${id} in brand ${brand}`,
  differentBrands: (place: string, list: string) => `the types of ${place} are in different brands of HubSpot: ${list}`,
  moveTypes: 'correct the ids in the registry, or move the types',
  copyMissing: (property: string) => `the watched property ${property} does not exist`,
  makeCopy: 'create it and the workflow that copies the opt-out into it',
  protectedMissing: (key: string) => `protected ${key} does not exist in the portal`,
  protectedSounds: (key: string, name: string) => `protected ${key} is called "${name}": is it really service mail?`,
  serviceOnly: 'protected mail reaches people who opted out; use it for service only',

  formMissing: (id: string) => `form ${id} does not exist in the portal`,
  formUnpublished: (id: string) => `form ${id} is archived or not published: nobody can come back by it`,
  publish: 'publish the form, or take it out of the registry',
  noConsent: (id: string, consent: string) =>
    `form ${id} asks for no consent (${consent}): a submission proves nothing`,
  addConsent: 'add a consent checkbox to the form',
  noBox: (id: string, type: number, company: string) =>
    `form ${id} has no consent checkbox for the subscription type ${type} of ${company}`,
  bindBox: 'bind a consent checkbox of the form to that type',
  noDoubleOptIn: (id: string) => `form ${id} does without double opt-in`,
  strangers: 'anyone can type a stranger’s address into it; be ready to answer for that',

  listUnreadable: (id: string, why: string, then: 'believed' | 'refused') =>
    `the submissions of form ${id} cannot be read (${why}): returns by it are ${then === 'believed' ? 'believed without a proof' : 'refused'}`,
  grantForms:
    'grant the scope forms; policy.unverifiedSubmissions says what happens meanwhile (docs/runbook.md, submissions unreadable)',
  listedUntold: (count: number, id: string, days: number) =>
    `HubSpot lists ${counted(count, 'submission', 'submissions')} of form ${id} in ${days} days, and no workflow told of any`,
  switchOn: 'make or switch on the form’s workflow, with re-enrolment (hubspot/README.md)',
  untold: (id: string, days: number) => `no workflow told of form ${id} in ${days} days`,
  tryForm: 'submit the form once with a test contact, and look whether its workflow is on',

  gap: (kind: string, what: string) => `${kind}: ${what}`,
  fillGap: 'put it into the registry and deploy (docs/runbook.md, registry gaps)',
  unseen: (part: string, why: string) => `not seen, and so not examined: ${part} (${why})`,
  notRead: (key: string, part: string) =>
    `${key} could not be read: of HubSpot’s list of ${part} only a part could be read`,
  grant: (scope: string) => `grant the scope ${scope}, update the app’s installation, renew the token`,
  later: 'run doctor again later; if it stays so, HubSpot has changed this endpoint',

  silent: (why: string) => `HubSpot does not answer as expected: ${why}`,
  checkToken: 'check the access token (output AccessTokenArn), its scopes, and that HubSpot can be reached',
  notExamined: (what: string, why: string) => `not examined: ${what} (${why})`,
  again: 'run doctor again later',
  examined: {
    contacts: 'whether contacts can be read',
    submissions: 'the lists of submissions',
    batch: 'the batch scopes',
  },
  contactsUnreadable: (why: string) => `contacts cannot be read: ${why}`,
  searchUnreadable: (why: string) => `contacts cannot be searched: ${why}`,
  listInstead: 'nothing: the audit reads the list of contacts instead; if it stays so, HubSpot has changed the search',
  webhooksUnseen: 'HubSpot lets nobody read which webhooks a project app subscribed',
  upload:
    'after each change of the registry: npm run hubspot:project, hs project validate, hs project upload; install the app from its Distribution tab; name a canary in the registry',

  noBatch: 'no batch scopes: statuses go one call at a time',
  enterprise:
    'nothing; or, with Marketing Hub Enterprise, npm run hubspot:project -- --enterprise, hs project upload, update the app’s installation, renew the token',
  clock: (seconds: number) => `this machine’s clock is ${seconds} s off HubSpot’s`,
  setClock: 'set the clock',
  fewCalls: (allowed: number, configured: number) =>
    `HubSpot allows ${allowed} calls in ten seconds, the stack was deployed for ${configured}`,
  setCalls: (allowed: number) => `set hubspot: { callsPer10Seconds: ${allowed} } in stages/<stage>.yaml and deploy`,
  secretUnset: 'the client secret is not set: webhooks are answered 503',
  setSecret: 'put the app’s client secret into the secret of output ClientSecretArn (docs/deploy.md)',
  secretMalformed: 'the client secret is empty or malformed: every webhook is refused',
  putSecret: 'put the app’s client secret there (comma-separated while rotating)',
  manySecrets: (count: number) => `${count} client secrets are in force`,
  dropOld: 'take the old one out when the rotation is done',
  deadLetters: (count: number, queue: QueueKey) =>
    `${counted(count, 'dead letter', 'dead letters')} of ${queuesEnglish[queue]}; gone after 14 days`,
  redrive: 'widerruf dead-letters list, then redrive',
};

export type DoctorTexts = typeof doctorEnglish;
