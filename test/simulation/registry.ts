import { parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import { registryText } from '../helpers/registry.ts';

/** A form with double opt-in of the second company, so that one click could mean either. */
export const DOUBLE_OPT_IN_OF_OTHER = '00000000-0000-4000-8000-000000000005';

/** The museum's key in the registry of before. */
const FORMER_KEY = 'house';

/**
 * The small portal of the tests, with a confirmation time that a run can wait for. Lost returns are recovered, so that a run can tell
 * whether everything that HubSpot lists has come to its end.
 */
const TEXT = `${withFormerKey(registryText)}  - { id: ${DOUBLE_OPT_IN_OF_OTHER}, company: theatre, doubleOptIn: true }
policy:
  confirmationTimeout: PT2H
  recoverReturns: true
`;
export const registryFile = parseRegistry(TEXT);
export const registry = arrangeRegistry(registryFile);

/** A property of the portal's own, into which a workflow copies whether somebody left the museum. */
export const COPY = 'museum_out';
const copyingFile = parseRegistry(
  TEXT.replace('subscription: { id: 501 }', `subscription: { id: 501, property: ${COPY} }`),
);
/** The same portal, where HubSpot offers no webhook on the museum's own type: the copy is watched instead. */
export const copying = { file: copyingFile, registry: arrangeRegistry(copyingFile) };

function withFormerKey(text: string): string {
  const own = 'subscription: { id: 501 }\n';
  return text.replace(own, `${own}    formerly: [{ key: ${FORMER_KEY} }]\n`);
}

const LIBRARY = / {6}library:\n(?: {8}.*\n)+/;

/** What the registry was before a play's deployment: the museum had another key, or had no library yet. */
export const formerRegistries = {
  renamed: formerly(
    TEXT.replace(`    formerly: [{ key: ${FORMER_KEY} }]\n`, '')
      .replace('  museum:\n', `  ${FORMER_KEY}:\n`)
      .replaceAll('company: museum', `company: ${FORMER_KEY}`),
  ),
  smaller: formerly(TEXT.replace(LIBRARY, '')),
};
export type FormerRegistry = keyof typeof formerRegistries;

function formerly(text: string) {
  return arrangeRegistry(parseRegistry(text));
}
