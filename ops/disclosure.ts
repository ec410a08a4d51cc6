import { standingIn } from './explain.ts';
import type { ContactRecord, People } from './person.ts';
import type { ControlStanding } from './standing.ts';
import type { Speech } from './texts/speech.ts';
import { tell } from './timeline.ts';

/** Whom a disclosure is about, and when it was made (ms). */
export type Asked = { who: string; at: number };

/**
 * What is stored about a person, as one printable page of HTML (Art. 15 GDPR): where the person stands, which personal data is
 * kept, and every entry of the ledger.
 */
export function disclosureOf({ who, at }: Asked, people: People, speech: Speech): string {
  const { words, language, time } = speech;
  const { contacts, unseen } = people;
  const parts =
    contacts.length === 0
      ? [`<p>${escaped(unseen === undefined ? words.nobody : words.nobodyRecorded)}</p>`]
      : contacts.map((one) => partOf(one, speech));
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(`${words.disclosureTitle}: ${who}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(words.disclosureTitle)}</h1>
<p>${escaped(words.disclosureOf)} <strong>${escaped(who)}</strong>, ${escaped(words.disclosureAt)} ${escaped(time(at))}</p>
${unseen === undefined ? '' : `<p class="unseen">${escaped(words.unseenInDisclosure)}</p>`}
<p>${escaped(words.disclosureWhy)}</p>
${parts.join('\n')}
<h2>${escaped(words.notIncluded)}</h2>
<p>${escaped(words.notIncludedText)}</p>
<h2>${escaped(words.rights)}</h2>
<p>${escaped(words.rightsText)}</p>
</body>
</html>
`;
}

function partOf(record: ContactRecord, speech: Speech): string {
  const { contact, companies, controls, entries, chain } = record;
  const { words } = speech;
  const rows = companies.map((company) => {
    const own = controls.filter((control) => control.company === company.company);
    return row([company.name, standingIn(company, speech), brandsOf(own, speech)]);
  });
  const told = entries.map((entry) => tell(entry, speech));
  const lines = told.map(({ seq, occurredAt, recordedAt, rule, what, source }) =>
    row([String(seq), occurredAt ?? '', recordedAt, rule, what, source]),
  );
  const proof = chain.holds ? words.chainHolds : `${words.chainBroken}: ${chain.seq}, ${chain.fault}`;
  return `<h2>${escaped(`${words.contact} ${contact}`)}</h2>
${table([words.company, words.standing, words.brandsNow], rows)}
<h3>${escaped(words.personalData)}</h3>
${personalOf(record, speech)}
<h3>${escaped(words.allEntries)} (${entries.length})</h3>
${table([words.number, words.occurred, words.recorded, words.rule, words.what, words.source], lines)}
<p>${escaped(proof)}</p>`;
}

/** Each control of a company's brands, and what HubSpot holds. */
function brandsOf(controls: readonly ControlStanding[], { words, names }: Speech): string {
  return controls
    .map(({ control, value, closed, neverSet, ownNoSince }) => {
      const state = closed === undefined ? words.unknown : closed ? words.closed : words.open;
      const shown = value === undefined ? '' : neverSet ? words.neverSet : names.value(control, value);
      const held = shown === '' || shown === state ? state : `${state} (${shown})`;
      return `${names.control(control)}: ${held}${ownNoSince === undefined ? '' : `, ${words.ownNo}`}`;
    })
    .join('\n');
}

/** The addresses and pages that are stored in readable form. */
function personalOf({ entries }: ContactRecord, { words }: Speech): string {
  const values = (pick: (personal: { address?: string; page?: string }) => string | undefined) =>
    [...new Set(entries.map(({ personal }) => personal && pick(personal)))].filter((one) => one !== undefined);
  const [addresses, pages] = [values(({ address }) => address), values(({ page }) => page)];
  const items = [
    `${words.addresses}: ${addresses.join(', ') || words.none}`,
    `${words.pages}: ${pages.join(', ') || words.none}`,
    words.hashKept,
  ];
  return `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
}

function table(head: readonly string[], rows: readonly string[]): string {
  const cells = head.map((text) => `<th scope="col">${escaped(text)}</th>`).join('');
  return `<table><thead><tr>${cells}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${escaped(cell).replaceAll('\n', '<br>')}</td>`).join('')}</tr>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const STYLE = `
@page { size: A4; margin: 15mm }
body { font: 10pt/1.35 system-ui, sans-serif; color: #111; max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem }
h1 { font-size: 16pt; margin: 0 0 .3rem } h2 { font-size: 12pt; margin: 1rem 0 .3rem } h3 { font-size: 10pt; margin: .8rem 0 .2rem }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt }
th, td { border: 1px solid #999; padding: .2rem .35rem; text-align: left; vertical-align: top; overflow-wrap: break-word }
th { background: #eee } tr { break-inside: avoid } .unseen { border: 2px solid #111; padding: .4rem }
@media print { body { margin: 0; padding: 0; max-width: none } }`;
