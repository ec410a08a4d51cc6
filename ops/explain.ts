import { styleText } from 'node:util';
import { iso } from '../src/clocks.ts';
import type { LedgerEntry } from '../src/rules/entry.ts';
import type { ContactRecord, ControlStanding } from './person.ts';
import { type Language, texts } from './texts.ts';

/** Tells a person's story in the terminal: a matrix of companies and brands, then what happened when and why. */
export function explain(people: readonly ContactRecord[], language: Language): string {
  const t = texts[language];
  if (people.every(({ entries, existsInHubSpot }) => entries.length === 0 && !existsInHubSpot)) return `${t.nobody}\n`;
  return people.map((person) => explainContact(person, language)).join('\n');
}

function explainContact(
  { contact, mergedInto, companies, controls, entries, chain }: ContactRecord,
  language: Language,
): string {
  const t = texts[language];
  const word = { 'opted-out': t.optedOut, returned: t.returned, awaiting: t.awaiting, nothing: t.nothing };
  const rows = companies.flatMap(({ company, name, standing, since, source, form }) => {
    const by = [source?.['change'], source?.['id'], form].filter(Boolean).join(' ');
    const details = [since && `${t.since} ${since}`, by && `${t.source}: ${by}`].filter(Boolean).join('; ');
    const own = controls.filter((one) => one.company === company);
    const brands = [...new Set(own.map(({ brand }) => brand))].filter((brand) => brand !== undefined);
    return [
      `${mark(own.filter(({ brand }) => brand === undefined))} ${bold(name)}: ${word[standing]}${details && ` (${details})`}`,
      ...brands.map((brand) => {
        const ofBrand = own.filter((one) => one.brand === brand);
        const nos = ofBrand.filter(({ ownNoSince }) => ownNoSince !== undefined);
        return `    ${mark(ofBrand)} ${brand}${nos.length > 0 ? ` (${t.ownNo}: ${nos.map(({ control }) => control).join(', ')})` : ''}`;
      }),
    ];
  });
  return [
    bold(`${t.contact} ${contact}${mergedInto === undefined ? '' : ` → ${mergedInto}`}`),
    `${t.standsWith} (${t.hubspot}: ● ${t.closed}, ○ ${t.open}, · ?)`,
    ...rows,
    '',
    t.timeline,
    ...entries.flatMap((entry) => line(entry, language)),
    chain.holds ? t.chainHolds : `${t.chainBroken}: ${chain.seq}, ${chain.fault}`,
    '',
  ].join('\n');
}

/** One dot per control: what HubSpot holds. */
function mark(controls: readonly ControlStanding[]): string {
  return controls.map(({ closed }) => (closed === undefined ? '·' : closed ? '●' : '○')).join('');
}

function line({ body, recordedAt, seq }: LedgerEntry, language: Language): string[] {
  const t = texts[language];
  if (body.kind === 'decision') {
    const source = [body.source?.channel, body.source?.change, body.source?.id].filter(Boolean).join(' ');
    return [
      `  ${String(seq).padStart(3)}  ${iso(body.occurredAt)} / ${iso(recordedAt)}  ${body.rule} ${body.outcome}: ${body.reason}${source && ` [${source}]`}`,
    ];
  }
  if (body.kind !== 'applied') return [];
  const changed = Object.keys(body.after).filter((key) => body.after[key] !== body.before[key]);
  const what = changed.map((key) => `${key}: ${body.before[key] || '–'} → ${body.after[key]}`);
  const refused = Object.entries(body.refused ?? {}).map(([key, why]) => `${t.refused} ${key} (${why})`);
  const told = [...what, ...refused].join(', ') || '=';
  return [`  ${String(seq).padStart(3)}  ${''.padEnd(24)} / ${iso(recordedAt)}  HubSpot: ${told}`];
}

function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}
