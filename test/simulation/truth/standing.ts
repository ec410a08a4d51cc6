import type { Back, Person } from './person.ts';
import type { Truth } from './truth.ts';

/** What HubSpot shows of a contact and a company now: the moment of an opt-out (ms), if it shows one. */
export type Shows = (contact: string, company: string) => number | undefined;

/** Whose opt-out of which company is asked for, as of which moment (ms); and whom the question has passed on its way. */
type Question = { truth: Truth; company: string; shows: Shows; until: number; asked: ReadonlySet<string> };

/**
 * When the opt-out began that stands for a contact (ms), if one stands: an opt-out that was told, or that `shows` in
 * HubSpot now, with no later return of the owner. On a merge the strictest wins; an address brings its "no" along.
 */
export function standingNow(id: string, company: string, truth: Truth, shows: Shows): number | undefined {
  return standing(id, { truth, company, shows, until: Number.POSITIVE_INFINITY, asked: new Set() });
}

function standing(id: string, earlier: Question): number | undefined {
  const question = { ...earlier, asked: new Set([...earlier.asked, id]) };
  const person = question.truth.person(id);
  const backs = returnsOfOwn(id, question);
  const outs = [
    ...toldOuts(person, question),
    ...shownOuts(id, question),
    ...person.absorbed.flatMap((part) => outsOfPart(person, part, backs, question)),
    ...person.arrivals.flatMap((arrival) => outsOfAddress(id, arrival, question)),
  ];
  if (outs.length === 0) return undefined;
  const newest = Math.max(...outs);
  return backs.some(({ at }) => at > newest) ? undefined : newest;
}

/** A merged record tells of its parts' submissions as of its own; with the merge unheard nobody can tell them apart. */
function returnsOfOwn(id: string, { truth, company, until }: Question): Back[] {
  const isOwn = ({ at, form, key }: Back) => key.startsWith(`${id} `) || truth.told.has(`${id} form ${form} ${at}`);
  return truth.returns(id, company).filter((back) => back.at <= until && isOwn(back));
}

function toldOuts({ id, outs }: Person, { truth, company, until }: Question): number[] {
  return outs
    .filter((out) => out.company === company && out.at <= until && truth.heard.has(out.key))
    .filter((out) => !truth.isTakenForEcho(id, company, out.at))
    .map(({ at }) => at);
}

/** What HubSpot shows counts for the present only, and only until the owner's next return. */
function shownOuts(id: string, { truth, company, shows, until }: Question): number[] {
  const shown = until === Number.POSITIVE_INFINITY ? shows(id, company) : undefined;
  if (shown === undefined || truth.returns(id, company).some((back) => back.at > shown)) return [];
  return [shown];
}

/** What a contact brought along that became part of this one. */
function outsOfPart(
  { id }: Person,
  part: Person['absorbed'][number],
  backs: readonly Back[],
  question: Question,
): number[] {
  const { truth, until, asked } = question;
  if (part.at > until || asked.has(part.id)) return [];
  const theirs = standing(part.id, { ...question, until: part.at });
  if (theirs === undefined) return [];
  // The strictest wins: no return from before the merge lifts what the part brought along.
  if (truth.heard.has(part.key)) return [Math.max(theirs, ...backs.map(({ at }) => at).filter((at) => at <= part.at))];
  // A merge that no webhook told is found by the address, whose later return counts.
  const isKept = [...truth.person(part.id).addresses].some(
    (address) => truth.isKnownAs(part.id, address) && truth.isKnownAs(id, address),
  );
  return isKept ? [theirs] : [];
}

/** What others said with an address before this contact took it over. */
function outsOfAddress(id: string, { address, at }: Person['arrivals'][number], question: Question): number[] {
  const { truth, until, asked } = question;
  if (at > until) return [];
  return [...truth.people.values()]
    .filter((other) => !asked.has(other.id) && other.addresses.has(address))
    .filter((other) => truth.isKnownAs(other.id, address) && truth.isKnownAs(id, address))
    .flatMap((other) => standing(other.id, { ...question, until: at }) ?? []);
}
