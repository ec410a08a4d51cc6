import { counted } from '../../src/counted.ts';
import { reportEnglish } from '../../src/workers/audit/report-texts.ts';
import { queuesEnglish } from './queues.ts';

/** What the commands print beside the words, in English; `output-german.ts` has the same texts. */
export const outputEnglish = {
  progress: {
    contacts: (count: number) => `${counted(count, 'contact', 'contacts')} …`,
    optOuts: (contacts: number, count: number) =>
      `${counted(contacts, 'contact', 'contacts')}, ${counted(count, 'opt-out', 'opt-outs')} …`,
    sentBack: (count: number) => `${count} sent back …`,
  },
  queues: queuesEnglish,
  contacts: (count: number) => counted(count, 'contact', 'contacts'),
  verified: (entries: number, contacts: number) =>
    `${counted(entries, 'entry', 'entries')} of ${counted(contacts, 'contact', 'contacts')}`,
  simulated: {
    head: (events: number, decisions: number) =>
      `${counted(events, 'event', 'events')}; ${counted(decisions, 'decision', 'decisions')}; nothing was written`,
    optedOutOf: (companies: string) => `opted out of ${companies}`,
    ownNo: (controls: string) => `own "no": ${controls}`,
    noNo: 'no "no" stands',
    closed: (count: number) => `${counted(count, 'control', 'controls')} closed`,
    nothingElse: 'nothing else is closed',
    nothing: 'nothing is closed',
  },
  smoke: {
    ok: 'ok',
    fail: 'FAIL',
    mend: 'mend',
    wrong: (what: string, answered: number, expected: number) => `${what}: answered ${answered}, expected ${expected}`,
    unsigned: 'an unsigned request is refused',
    unsignedMend:
      'no answer (0): is the address right, does DNS know it? 404: the base path differs from publicUrl. 503: no client secret is set',
    signed: 'an empty list with our signature is taken',
    signedMend:
      '401: publicUrl in stages/<stage>.yaml is not what is called, or the secret was changed within five minutes',
  },
  deadLetters: {
    none: 'no dead letters',
    more: (count: number) => `… and ${count} more: --json names each`,
    sentBack: (count: number) => `${count} sent back`,
  },
  report: reportEnglish,
  init: {
    part: (part: string) => part,
    why: (text: string) => text,
    open: 'OPEN',
    choose: '(number, or nothing if you do not know)',
    proposed:
      'Proposed by widerruf init from the portal’s own names. Read every line: a type at the wrong company closes the wrong mail.',
    unseen: (part: string, why: string) => `HubSpot does not show ${part} (${why}): nothing is proposed from them`,
    noBuyers: 'no subscription type looks like buyer service mail: list it under protected',
    noCompanies: 'no subscription type looks like a company’s own: companies are missing',
    whichValue: (property: string, options: string) =>
      `property ${property}: which of ${options} means "no mail"? left out`,
    type: (id: number) => `type ${id}`,
    property: (name: string) => `property ${name}`,
    brandOfWhom: (brand: string, parts: string) => `brand ${brand} (${parts}): of which company? left out`,
    formOfWhom: (form: string, id: string) => `form "${form}" (${id}): of which company? left out`,
    theBrand: (brand: string) => `the brand "${brand}"`,
    theForm: (form: string, id: string) => `the form "${form}" (${id})`,
    askCompany: (what: string) => `Which company does ${what} belong to?`,
    askDoubleOptIn: (form: string, id: string) => `Does the form "${form}" (${id}) demand double opt-in?`,
    yes: 'yes: a return waits for the owner’s click',
    no: 'no: anyone can type a stranger’s address, which has to be answered for',
    takenForTrue: (form: string, id: string) =>
      `form "${form}" (${id}): double opt-in? taken for true, the safe answer`,
  },
  fields: {
    event: 'the event',
    nth: (n: number) => `event ${n}`,
    line: (n: number) => `line ${n}`,
    noObject: 'is no object',
    missing: 'is missing',
    is: (value: string) => `is ${value}`,
    expects: 'expected',
    expected: {
      type: 'a type such as contact.propertyChange',
      account: 'the account’s id',
      contact: 'a contact’s id',
      moment: 'milliseconds since 1970, or in CSV a date such as 2026-01-05T10:00:00Z',
      milliseconds: 'milliseconds since 1970',
      property: 'the name of a contact property',
      value: 'the property’s new value',
      form: 'the form’s GUID',
      status: 'opted-out or opted-in',
      subscription: 'a subscription type’s id',
    },
  },
  trigger: {
    listening: 'listening …',
    person: (contact: string, email: string) =>
      `contact ${contact}, ${email}: a new person who gets every company’s mail`,
    second: (contact: string, email: string) => `contact ${contact}, ${email}: a second record of the same person`,
  },
  errors: {
    usage: 'error',
    nameCommand: 'name a command; widerruf --help lists them',
    neither: (who: string) => `${who} is neither an address nor a contact id`,
    noLogs: (folder: string) => `no logs in ${folder}: npm start, or name a deployed stack by --stage`,
    noLogGroup: (source: string | undefined) => `the stack has no log group of ${source ?? 'a function'}`,
    otherPortal: (next: number, deployed: number) =>
      `the new registry is of portal ${next}, the deployed one of ${deployed}`,
    noTwin: (url: string, action: string, error: string | undefined) =>
      `${url} is no twin that takes ${action}: ${error ?? 'no answer'}`,
    noJson: (file: string, why: string) => `${file} is no JSON: ${why}`,
    unreadableFile: (file: string) => `${file} cannot be read`,
    header: (file: string, missing: string, names: string) =>
      `${file}: the header lacks ${missing}; it has ${names || 'nothing'}`,
    noCsv: (file: string, why: string) => `${file} is no CSV: ${why}`,
    noOutput: (name: string) => `the stack has no output ${name}: deploy this version first`,
    nameRegistry: (stage: string | undefined) =>
      `name the registry that was deployed: --registry FILE, or write stages/${stage}.yaml`,
    noStack: (folder: string) => `no local stack runs on ${folder}: npm start, or name a deployed one by --stage`,
    noTime: (at: string) => `--at ${at} is no time: use 2026-03-01, "2026-03-01 12:00" or 2026-03-01T11:00:00Z`,
    nobodyToAsk: 'nobody to ask: use --yes',
    noDeadLetter: (id: string) => `no dead letter ${id}`,
    noDuration: (text: string) => `--since ${text} is no duration: use 15m, 2h or 1d`,
    fileExists: (file: string) => `${file} exists; name another file by --out`,
    noToken: 'HUBSPOT_ACCESS_TOKEN is not set; set it to the app’s access token',
    noAccount: (id: string) => `--portal ${id} is no account id`,
    accountUntold: 'HubSpot does not tell the account’s id to this token; name it by --portal',
    twinOnly: 'trigger plays on the local twin only, never on a stage',
    noNumber: (seed: string) => `--seed ${seed} is no number`,
    nothingToPlay: (story: string) => `the registry has nothing to play ${story} with`,
  },
};

export type OutputTexts = typeof outputEnglish;
