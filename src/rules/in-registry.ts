import { type ControlKey, isPropertyKey } from '../registry/control.ts';
import { controlIn, PORTAL_WIDE, type Registry } from '../registry/registry.ts';
import type { Change } from './decision.ts';
import type { DecisionEntry, EntryBody, LedgerEntry, PlannedEntry } from './entry.ts';
import { formThen } from './form-then.ts';
import { returnsToOneOfSeveral, type TooNarrow } from './merged-company.ts';
import { partsOfPriorKey, priorKey } from './r6-restore.ts';
import type { CompanyState, Return } from './state.ts';

/**
 * Reads entries by the registry of today, which may not be the one by which they were written (docs/decisions/0080-registry-changes.md):
 * "unsubscribed from all" is a "no" to companies that were added later, too; companies and controls go by the names of today. A company
 * that got another key without a word of it in the registry is known by its type, and a return to it by its form.
 */
export function inRegistry(entries: readonly LedgerEntry[], registry: Registry): readonly LedgerEntry[] {
  const names: Names = {
    registry,
    companies: companiesNow(entries, registry),
    controls: registry.former.controls,
    tooNarrow: returnsToOneOfSeveral(entries, registry),
  };
  return entries.map((entry) => {
    const body = bodyInRegistry(entry.body, names);
    return body === entry.body ? entry : { ...entry, body };
  });
}

type Names = {
  registry: Registry;
  /** By the former key of a company, its key of today. */
  companies: ReadonlyMap<string, string>;
  /** By the former key of a control, its key of today. */
  controls: ReadonlyMap<ControlKey, ControlKey>;
  /** Returns that do not count for what became of their company. */
  tooNarrow: TooNarrow;
};

function companiesNow(entries: readonly LedgerEntry[], registry: Registry): Map<string, string> {
  const declared = [...registry.former.companies].map(([key, { company }]) => [key, company] as const);
  return new Map([...entries.flatMap(({ body }) => knownByType(body, registry)), ...declared]);
}

/** Companies of an opt-out that the registry does not know, and the company whose type the opt-out was told of. */
function knownByType(body: EntryBody, registry: Registry): (readonly [string, string])[] {
  const told = body.kind === 'decision' ? body.signal?.control : undefined;
  const type = told === undefined ? undefined : controlIn(told, registry);
  if (body.kind !== 'decision' || type === undefined || type.brand !== undefined) return [];
  const named = body.changes.flatMap((change) => (change.type === 'company-opt-out' ? change.companies : []));
  return named.filter((key) => !registry.companies.has(key)).map((key) => [key, type.company]);
}

function bodyInRegistry(body: EntryBody, names: Names): EntryBody {
  if (body.kind === 'decision') return decisionInRegistry(body, names);
  if (names.companies.size === 0 && names.controls.size === 0) return body;
  if (body.kind === 'planned') {
    return { ...body, ...foundInRegistry(body, names), intended: present(body.intended, names) };
  }
  if (body.kind !== 'applied') return body;
  const { after, written, lifted } = body;
  return {
    ...body,
    ...foundInRegistry(body, names),
    after: present(withoutFormerProperties(after, names), names),
    written: present(written, names),
    lifted: Object.fromEntries(
      Object.entries(lifted)
        .filter(([key]) => !names.tooNarrow.companies.has(key))
        .map(([key, at]) => [companyNow(key, names), at]),
    ),
  };
}

const companyNow = (key: string, { companies }: Names): string => companies.get(key) ?? key;
const controlNow = (key: ControlKey, { controls }: Names): ControlKey => controls.get(key) ?? key;

type ByControl<T> = Record<ControlKey, T>;

/** What was found, and where the controls stood. */
function foundInRegistry({ before, placed }: Pick<PlannedEntry, 'before' | 'placed'>, names: Names) {
  const companies = Object.entries(placed ?? {}).map(([key, company]) => [key, companyNow(company, names)]);
  return {
    before: present(withoutFormerProperties(before, names), names),
    ...(placed !== undefined && { placed: present<string>(Object.fromEntries(companies), names) }),
  };
}

/** A former property's values are in words that the property in its place may not know. */
function withoutFormerProperties(values: ByControl<string>, { controls }: Names): ByControl<string> {
  const isFormer = (key: ControlKey) => isPropertyKey(key) && controls.has(key);
  return Object.fromEntries(Object.entries(values).filter(([key]) => !isFormer(key)));
}

/** By the names of today. What is told of a control itself goes before what is told under a former name. */
function present<T>(values: ByControl<T>, names: Names): ByControl<T> {
  const renamed = Object.entries(values).map(([key, value]) => [controlNow(key, names), value]);
  return { ...Object.fromEntries(renamed), ...values };
}

function decisionInRegistry(body: DecisionEntry, names: Names): DecisionEntry {
  const counting = body.changes.filter((change) => !names.tooNarrow.changes.has(change));
  return { ...body, changes: counting.map((change) => changeInRegistry(change, body, names)) };
}

function changeInRegistry(change: Change, { signal }: DecisionEntry, names: Names): Change {
  switch (change.type) {
    case 'company-opt-out': {
      const isEverywhere = change.everywhere || signal?.control === PORTAL_WIDE;
      const named = change.companies.map((key) => companyNow(key, names));
      const told = { ...change, ...(change.prior && { prior: priorNow(change.prior, names) }) };
      return withCompanies(told, isEverywhere ? [...named, ...names.registry.companies.keys()] : named);
    }
    case 'confirmed':
      return withCompanies(
        change,
        change.companies?.map((key) => companyNow(key, names)),
      );
    case 'return':
      return { ...change, company: companyOfForm(change.company, change.return, names) };
    case 'awaiting':
      return { ...change, company: companyOfForm(change.company, change.awaiting, names) };
    case 'awaiting-expired':
      return { ...change, company: companyNow(change.company, names) };
    case 'grace':
    case 'grace-expired':
      return withControl({ ...change, company: companyNow(change.company, names) }, names);
    case 'own-no':
      return withControl(change, names);
    default:
      return change;
  }
}

function priorNow(prior: CompanyState['prior'], names: Names): CompanyState['prior'] {
  return Object.fromEntries(
    Object.entries(prior).map(([name, value]) => {
      const { control, address } = partsOfPriorKey(name);
      return [priorKey(controlNow(control, names), address), value];
    }),
  );
}

/** A company that is gone without a word of it in the registry is the one whose form it is now. */
function companyOfForm(key: string, { form: id, at }: Return, names: Names): string {
  const now = companyNow(key, names);
  if (names.registry.companies.has(now)) return now;
  return formThen(id, at, names.registry)?.company ?? now;
}

function withCompanies<T extends { companies?: string[] }>(change: T, named: string[] | undefined): T {
  return named === undefined ? change : { ...change, companies: [...new Set(named)] };
}

function withControl<T extends Change & { control: ControlKey }>(change: T, names: Names): T {
  return { ...change, control: controlNow(change.control, names) };
}
