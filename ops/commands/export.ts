import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { millis } from '../../src/clocks.ts';
import type { Connection } from '../connect.ts';
import { disclosureOf } from '../disclosure.ts';
import { csvOf, exportOf } from '../export.ts';
import { findContacts, type People, readPeople } from '../person.ts';
import { speechOf } from '../texts/speech.ts';
import { type Language, texts } from '../texts/words.ts';
import type { Cli } from './cli.ts';
import { tellUnseen } from './tell-unseen.ts';

type Given = { csv?: boolean; html?: boolean; to?: string };

export function addExport({ program, help, examples, options, connect }: Cli): void {
  program
    .command('export <address-or-contact>')
    .description(help.export.what)
    .option('--csv', help.export.csv)
    .addOption(new Option('--html', help.export.html).conflicts('csv'))
    .addOption(new Option('--to <folder>', help.export.to).conflicts(['csv', 'html']))
    .addHelpText(
      'after',
      examples(
        'widerruf --stage prod export anna@example.at --lang de --to auskunft-anna',
        'widerruf --stage prod export anna@example.at --csv > anna.csv',
      ),
    )
    .action(async (who: string, { csv, html, to }: Given) => {
      const connection = await connect();
      const people = await readPeople(await findContacts(who, connection), connection);
      const formats = formatsOf(who, people, connection, options().lang);
      if (to === undefined) process.stdout.write(csv ? formats.csv() : html ? formats.html() : formats.json());
      else process.stdout.write(writeAll(to, formats, options().lang));
      tellUnseen(people, options().lang);
    });
}

type Formats = Record<'html' | 'csv' | 'json', () => string>;

function formatsOf(who: string, people: People, connection: Connection, language: Language): Formats {
  const speech = speechOf(language, connection.registryFile);
  return {
    html: () => disclosureOf({ who, at: millis(connection.now()) }, people, speech),
    csv: () => csvOf(people.contacts, language),
    json: () => `${JSON.stringify(exportOf({ who, language }, people, connection), null, 2)}\n`,
  };
}

/** Writes each format into a folder. Returns the files' names, one a line. Only the operator may read them. */
function writeAll(folder: string, formats: Formats, language: Language): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { disclosureFile, recordFile } = texts[language];
  const files = [
    [`${disclosureFile}.html`, formats.html()],
    [`${recordFile}.csv`, formats.csv()],
    [`${recordFile}.json`, formats.json()],
  ] as const;
  for (const [name, text] of files) writeFileSync(join(folder, name), text, { mode: 0o600 });
  return files.map(([name]) => `${join(folder, name)}\n`).join('');
}
