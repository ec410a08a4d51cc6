import type { Draft } from '../../../src/ledger/chain.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import type { Change } from '../../../src/rules/decision.ts';
import type { LedgerEntry } from '../../../src/rules/entry.ts';
import type { Versions } from '../scenario.ts';
import type { Setting } from './setting.ts';

/** What the newer version writes under names of its own: no less than what the older one calls otherwise. */
const NEWER = 'newer ';
const RENAMED: readonly Change['type'][] = ['company-opt-out', 'own-no', 'return', 'linked', 'merged-into'];

/** An entry as a version reads that knows every type of change. */
export function asNewerReads(entry: LedgerEntry): LedgerEntry {
  const { body } = entry;
  if (body.kind !== 'decision' || !body.changes.some(({ type }) => type.startsWith(NEWER))) return entry;
  const changes = body.changes.map((change) => renamed(change, change.type.replace(NEWER, '')));
  return { ...entry, body: { ...body, changes } };
}

const renamed = (change: Change, type: string) => ({ ...change, type }) as Change;

/**
 * The ledger as one instance of a function reads and writes it. In a deployment (`besideMs`) every other instance is of the newer version,
 * then that version is rolled back (`rolledBackMs`): all are of the older one, which cannot read what the newer one wrote, and must wait.
 * After that, and in any calm, all are of the newer one, which goes on.
 */
export function versioned(
  ledger: Ledger,
  instance: number,
  { scenario, storm, now, chanceOf, strikes }: Setting,
): Ledger {
  const { versions } = scenario;
  if (versions === undefined) return ledger;
  const random = chanceOf(`version ${instance}`);
  const began = now();
  const isNewer = () => !storm.isOn || versionAt(now() - began, versions, instance) === 'newer';
  const read = (entries: readonly LedgerEntry[]): LedgerEntry[] => {
    const understood = entries.map(asNewerReads);
    if (isNewer()) return understood;
    if (understood.some((entry, i) => entry !== entries[i])) strikes('an older version reads what a newer one wrote');
    return [...entries];
  };
  return {
    read: async (contact) => read(await ledger.read(contact)),
    readAll: async (contact) => read(await ledger.readAll(contact)),
    append: async (contact, last, draft) => {
      const writesNewer = storm.isOn && isNewer() && random.chance(0.8);
      if (writesNewer) strikes('a newer version writes');
      const appended = await ledger.append(contact, last, writesNewer ? inNewerWords(draft) : draft);
      return appended === 'conflict' ? appended : asNewerReads(appended);
    },
    settle: (contact, entries) => ledger.settle(contact, entries),
    peopleWith: (hash) => ledger.peopleWith(hash),
    waitsEndedIn: (portal, span) => ledger.waitsEndedIn(portal, span),
    everybody: () => ledger.everybody(),
    scan: (visit) => ledger.scan((contact, entries) => visit(contact, read(entries))),
    erase: (contact, hashes) => ledger.erase(contact, hashes),
  };
}

/** `ms`: since the play began. */
function versionAt(ms: number, { fromMs, besideMs, rolledBackMs }: Versions, instance: number): 'older' | 'newer' {
  const since = ms - fromMs;
  if (since < 0) return 'older';
  if (since < besideMs) return instance % 2 === 1 ? 'newer' : 'older';
  return since < besideMs + rolledBackMs ? 'older' : 'newer';
}

function inNewerWords(draft: Draft): Draft {
  const { body } = draft;
  if (body.kind !== 'decision') return draft;
  const changes = body.changes.map((change) =>
    RENAMED.includes(change.type) ? renamed(change, `${NEWER}${change.type}`) : change,
  );
  return { ...draft, body: { ...body, changes } };
}
