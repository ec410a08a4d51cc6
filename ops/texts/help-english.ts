/** What `--help` says, in English; `help-german.ts` has the same texts. Lines after an "Example" are commands and stay as they are. */
export const helpEnglish = {
  headings: {
    usage: 'Usage:',
    options: 'Options:',
    globals: 'Global Options:',
    arguments: 'Arguments:',
    commands: 'Commands:',
    anyOptions: 'options',
    anyCommand: 'command',
    choices: 'choices',
    standard: 'default',
    env: 'env',
    help: 'display help for command',
    version: 'output the version number',
    example: 'Example:',
    examples: 'Examples:',
    stories: 'Stories:',
  },
  program: {
    what: 'Looks after a person’s withdrawal of consent in HubSpot. Without --stage: the local stack (npm start).',
    stage: 'stage of a deployed stack, e.g. prod',
    profile: 'AWS profile',
    region: 'AWS region',
    registry:
      'the registry that was deployed (default: that of stages/<stage>.yaml or of the local stack, or WIDERRUF_REGISTRY)',
    lang: 'language of what people read',
    json: 'print JSON',
    after: `Exit codes: 0 all is well, 1 something was found, 2 the command could not be carried out. With --json an error is JSON on standard
output: {"error":{"kind":"usage","message":"…"}}; kinds are usage, operator (something to mend first) and unexpected.
Completion: source <(widerruf completion bash); zsh, fish and powershell likewise.`,
    completion: 'Generate shell completion scripts',
  },
  init: {
    what: 'Reads types, properties, forms and brands of a portal and proposes the registry; asks where it cannot tell. Exit 1 if something is open.',
    out: 'file to write; must not exist',
    portal: 'HubSpot account id, where the token may not read it',
    after: `Asks HUBSPOT_API_URL (default https://api.hubapi.com) with HUBSPOT_ACCESS_TOKEN. Without a terminal nobody is asked: what
cannot be told is left out, and named. Nothing in HubSpot is changed.`,
  },
  audit: {
    what: 'Compares every contact with ledger and rules, and has repaired what differs. Exit 1 if anything was found or contacts could not be seen.',
    reportOnly: 'repair nothing',
  },
  backfill: {
    what: 'First connection to a portal with years of opt-outs: applies all of them. Goes on where it was interrupted. Exit 1 if contacts could not be seen.',
    dryRun: 'show what would change, per company and brand, and change nothing',
    restart: 'begin anew instead of going on where an earlier one was interrupted',
  },
  doctor: { what: 'Is this portal what the registry says? Exit 1 if an opt-out could be lost.' },
  smoke: { what: 'Is the front door open to HubSpot, and to nobody else? Changes nothing. Exit 1 if not.' },
  explain: {
    what: 'Where does this person stand with every company and brand, since when, why, who did it, which rule.',
    at: 'how it stood then, by what was recorded until then; without a zone: Vienna',
  },
  plan: {
    what: 'What would this registry change, compared with the deployed one, and for how many people? Writes nothing. Exit 1 if a "no" would be forgotten or a line is missing.',
  },
  simulate: {
    what: 'What would the rules do with these events (JSON or CSV)? Writes nothing and asks nobody. Exit 1 if an event cannot be read.',
    after: (
      sample: string,
    ) => `JSON: an array of webhook events and workflow bodies. CSV: a header of webhook fields; objectId, propertyName, propertyValue
and occurredAt are needed. A sample: ${sample}`,
  },
  export: {
    what: 'Everything held about a person (Art. 15 GDPR): JSON with the fields’ meanings, a table, or one page to print.',
    csv: 'a table that Excel opens',
    html: 'one page for the person, to be printed',
    to: 'write all three: the page, the table and the JSON',
  },
  erase: {
    what: 'Erases a person’s data from the ledger (Art. 17 GDPR); the "no" survives as a keyed hash. Asks first.',
    yes: 'do not ask',
  },
  verify: {
    what: 'Checks the hash chains of all contacts or of one. Exit 1 if an entry was altered, or removed before another.',
    after:
      'Does not prove that no newest entry was cut off, that no contact was removed as a whole, that nobody wrote a chain anew with fresh hashes.',
  },
  deadLetters: {
    what: 'Messages that could not be processed.',
    queue: 'only this queue',
    list: 'Counts them by reason and names each. Exit 1 if there are any.',
    show: 'Shows one of them, body included.',
    redrive: 'Sends them back to where they came from. May be interrupted: nothing is lost.',
  },
  status: {
    what: 'The oldest opt-out that is not in HubSpot yet, backlog, last audit, refusals today. Exit 1 if any is late or dead, or not counted.',
    full: 'read everybody’s ledger instead of what is counted, and mend the counts',
    after:
      'Asks only for what is open, so the time does not grow with the ledger. Where an earlier version wrote entries, "not counted yet" stands until --full was called once.',
  },
  logs: {
    what: 'What the functions log; nobody’s address stands there. With --json each line as it was written.',
    function: 'only this function',
    follow: 'go on until Ctrl-C',
    since: 'how far back: 15m, 2h, 1d',
  },
  listen: { what: 'One line for each event with its decision, as they come, until Ctrl-C.' },
  trigger: {
    what: 'Plays a story on the local HubSpot twin with a new person, and shows each event with its decision.',
    story: 'which story',
    seed: 'which people: the same seed gives the same people, one after the other',
  },
};

export type HelpTexts = typeof helpEnglish;
