import { styleText } from 'node:util';
import type { LedgerEntry } from '../src/rules/entry.ts';
import type { ContactRecord, People } from './person.ts';
import { proofInWords } from './proof.ts';
import type { CompanyStanding, ControlStanding } from './standing.ts';
import type { Speech } from './texts/speech.ts';
import { tell } from './timeline.ts';

/** Tells a person's story in the terminal: a matrix of companies and brands, then what happened when and why. */
export function explain({ contacts, unseen, at }: People, speech: Speech): string {
  const { words } = speech;
  if (at !== undefined && contacts.length === 0) return `${words.noRecordsThen}\n`;
  if (contacts.every(({ entries, existsInHubSpot }) => entries.length === 0 && !existsInHubSpot)) {
    return `${unseen === undefined ? words.nobody : words.nobodyRecorded}\n`;
  }
  return contacts
    .map((contact) => explainContact(contact, at === undefined ? words.hubspot : words.hubspotThen, speech))
    .join('\n');
}

/** `dots`: of when the dots are. */
function explainContact(record: ContactRecord, dots: string, speech: Speech): string {
  const { contact, mergedInto, companies, controls, entries, chain } = record;
  const { words } = speech;
  return [
    bold(`${words.contact} ${contact}${mergedInto === undefined ? '' : ` → ${mergedInto}`}`),
    `${words.standsWith} (${dots}: ● ${words.closed}, ○ ${words.open}, – ${words.neverSet}, · ${words.unknown})`,
    ...companies.flatMap((company) => rowsOf(company, controls, speech)),
    '',
    words.timeline,
    ...entries.flatMap((entry) => [line(tell(entry, speech), speech), ...proofLine(entry, speech)]),
    chain.holds ? words.chainHolds : `${words.chainBroken}: ${chain.seq}, ${chain.fault}`,
    '',
  ].join('\n');
}

/** A company, and below it each of its brands. */
function rowsOf(standing: CompanyStanding, controls: readonly ControlStanding[], speech: Speech): string[] {
  const { words, names } = speech;
  const own = controls.filter(({ company }) => company === standing.company);
  const brands = [...new Set(own.map(({ brand }) => brand))].filter((brand) => brand !== undefined);
  return [
    `${mark(own.filter(({ brand }) => brand === undefined))} ${bold(standing.name)}: ${standingIn(standing, speech)}`,
    ...brands.map((brand) => {
      const ofBrand = own.filter((one) => one.brand === brand);
      const nos = ofBrand.filter(({ ownNoSince }) => ownNoSince !== undefined);
      const no = nos.map(({ control }) => names.control(control)).join(', ');
      return `    ${mark(ofBrand)} ${names.brand(standing.company, brand)}${no && ` (${words.ownNo}: ${no})`}`;
    }),
  ];
}

/** Where a person stands with a company, in words: since when, and by what. */
export function standingIn({ standing, since, source, form }: CompanyStanding, speech: Speech): string {
  const { words, names, time } = speech;
  const word = {
    'opted-out': words.optedOut,
    returned: words.returned,
    awaiting: words.awaiting,
    nothing: words.nothing,
  };
  const by = [speech.source(source), form && names.form(form)].filter(Boolean).join(', ');
  const details = [since && `${words.since} ${time(since)}`, by && `${words.source}: ${by}`].filter(Boolean).join('; ');
  return `${word[standing]}${details && ` (${details})`}`;
}

/** One dot per control: what HubSpot holds. */
function mark(controls: readonly ControlStanding[]): string {
  return controls.map(signOf).join('');
}

/** The signs stand in the legend of {@link explainContact}. */
function signOf({ closed, neverSet }: ControlStanding): string {
  if (closed === undefined) return '·';
  if (neverSet) return '–';
  return closed ? '●' : '○';
}

function line({ seq, occurredAt, recordedAt, rule, what, source }: ReturnType<typeof tell>, speech: Speech): string {
  const width = speech.time(0).length;
  const times = `${(occurredAt ?? '').padEnd(width)} / ${recordedAt.padEnd(width)}`;
  return `  ${String(seq).padStart(3)}  ${times}  ${rule && `${rule} `}${what}${source && ` [${source}]`}`;
}

/** How a return of the entry was proved. */
function proofLine({ body }: LedgerEntry, { words }: Speech): string[] {
  const proof = proofInWords(body, words);
  return proof === '' ? [] : [`       ${words.proved}: ${proof}`];
}

function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}
