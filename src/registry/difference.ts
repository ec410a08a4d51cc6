import { controlIn, type PlacedControl, type RegisteredForm, type Registry } from './registry.ts';

/**
 * What two registries do not have in common. `place`: a company's key, `company/brand`, a control's key or a form's id. `hint`: the line that the
 * new registry lacks, so that no "no" is forgotten and nobody is stranded (docs/decisions/0080-registry-changes.md).
 */
export type Difference = {
  kind:
    | 'company-added'
    | 'company-removed'
    | 'company-renamed'
    | 'brand-moved'
    | 'control-added'
    | 'control-removed'
    | 'control-replaced'
    | 'form-added'
    | 'form-removed'
    | 'form-moved';
  place: string;
  from?: string;
  hint?: string;
};

/** Compares the registry that is deployed with the one that is to be. */
export function differencesOf(from: Registry, to: Registry): Difference[] {
  return [...companies(from, to), ...movedBrands(from, to), ...controls(from, to), ...forms(from, to)];
}

function companies(from: Registry, to: Registry): Difference[] {
  const successors = new Set([...from.companies.keys()].map((key) => successorOf(key, from, to)));
  const added = [...to.companies.keys()].filter((key) => !successors.has(key));
  const gone = [...from.companies.keys()].filter((key) => !to.companies.has(key));
  return [
    ...added.map((place): Difference => ({ kind: 'company-added', place })),
    ...gone.map((key): Difference => {
      const isTold = to.former.companies.has(key);
      const hint = isTold ? {} : { hint: `formerly: [{ key: ${key} }]` };
      const place = successorOf(key, from, to);
      if (place === undefined) return { kind: 'company-removed', place: key, ...hint };
      return { kind: 'company-renamed', place, from: key, ...hint };
    }),
  ];
}

/** The company of the new registry that a company of the old one is: as the new registry tells, or by its own type; undefined: none. */
export function successorOf(company: string, from: Registry, to: Registry): string | undefined {
  if (to.companies.has(company)) return company;
  const own = controlIn(from.companies.get(company)?.own.key ?? '', to);
  return to.former.companies.get(company)?.company ?? (own?.brand === undefined ? own?.company : undefined);
}

function movedBrands(from: Registry, to: Registry): Difference[] {
  const places = new Map<string, Difference>();
  for (const control of to.controls.values()) {
    const before = from.controls.get(control.key)?.company;
    if (before === undefined || control.brand === undefined || successorOf(before, from, to) === control.company)
      continue;
    const isTold = control.formerly?.some(({ company }) => company === successorOf(before, from, to)) === true;
    const place = `${control.company}/${control.brand}`;
    const hint = `formerly: [{ company: ${before}, until: … }]`;
    places.set(place, { kind: 'brand-moved', place, from: before, ...(!isTold && { hint }) });
  }
  return [...places.values()];
}

function controls(from: Registry, to: Registry): Difference[] {
  const replaced = new Set(to.former.controls.values());
  const isNew = ({ key }: PlacedControl) => !from.controls.has(key) && !replaced.has(key);
  const isGone = ({ key }: PlacedControl) => !to.controls.has(key);
  return [
    ...[...to.controls.values()].filter(isNew).map(({ key }): Difference => ({ kind: 'control-added', place: key })),
    ...[...from.controls.values()].filter(isGone).map((gone): Difference => {
      const { key } = gone;
      const successor = to.former.controls.get(key);
      if (successor !== undefined) return { kind: 'control-replaced', place: successor, from: key };
      const isInItsPlace = (one: PlacedControl) => isNew(one) && hasPlaceOf(one, gone);
      const hint = [...to.controls.values()].some(isInItsPlace) ? { hint: `formerly: [${nameOf(gone)}]` } : {};
      return { kind: 'control-removed', place: key, ...hint };
    }),
  ];
}

/** Whether a new control may have taken a former one's place: the same brand or company, and the same kind. */
function hasPlaceOf(one: PlacedControl, gone: PlacedControl): boolean {
  return one.brand === gone.brand && one.control.kind === gone.control.kind && isNewsletter(one) === isNewsletter(gone);
}

const isNewsletter = ({ newsletter }: PlacedControl) => newsletter !== undefined;
const nameOf = ({ control }: PlacedControl) => (control.kind === 'subscription' ? control.id : control.name);

function forms(from: Registry, to: Registry): Difference[] {
  const added = [...to.forms.keys()].filter((id) => !from.forms.has(id));
  const changed = [...from.forms.values()].flatMap((form) => changeOfForm(form, from, to));
  return [...added.map((place): Difference => ({ kind: 'form-added', place })), ...changed];
}

function changeOfForm({ id, company }: RegisteredForm, from: Registry, to: Registry): Difference[] {
  const now = to.forms.get(id);
  if (now === undefined) return [{ kind: 'form-removed', place: id }];
  return now.company === successorOf(company, from, to) ? [] : [{ kind: 'form-moved', place: id, from: company }];
}
