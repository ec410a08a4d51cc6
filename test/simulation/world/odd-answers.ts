import { type Behaviour, type Failure, ordinary } from '../../../local/hubspot/behaviour.ts';
import { idAfter } from '../../../local/hubspot/ids.ts';
import type { TwinAccount } from '../../../local/hubspot/twin.ts';
import { isWithin, type OddAnswer } from '../ways.ts';
import type { Setting } from './setting.ts';

type Call = { path: string; body: string };

/** The answer that a scenario's odd ways of HubSpot give to a call, if any. `named`: what a call about a contact holds. */
export function oddAnswer(
  { path, body }: Call,
  { scenario: { odd = {}, behaviour }, now, strikes }: Setting,
  named: (contact: string) => string[],
): number | Failure | undefined {
  const { bursts, spoiled, forbidden } = odd;
  const conflictOf = odd.conflictOf && idIn(odd.conflictOf, behaviour);
  const answers = <T>(fault: string, answer: T): T => {
    strikes(fault);
    return answer;
  };
  const holds = (contact: string) => named(contact).some((name) => body.includes(`"${name}"`));
  if (bursts !== undefined && isWithin(now(), bursts)) return answers('burst of 500', 500);
  if (conflictOf !== undefined && /\/contacts\/batch/.test(path) && body.includes(`"${conflictOf}"`))
    return answers('409 for a batch with a certain record', 409);
  if (spoiled !== undefined && path.includes(spoiled.path) && holds(idIn(spoiled.contact, behaviour)))
    return answers(`${spoiled.status} for batches with a certain record`, spoiled.status);
  if (forbidden !== undefined && /statuses\/batch/.test(path) && isWithin(now(), forbidden))
    return answers(`403 ${forbidden.category} for a while`, { status: 403, category: forbidden.category });
  return undefined;
}

/** What an endpoint that Widerruf can do without answers, if the scenario has such a one. */
export function optionalAnswer(
  { path }: Call,
  { scenario: { odd = {} }, strikes }: Setting,
): number | Failure | undefined {
  const { optional } = odd;
  if (optional === undefined || !path.includes(optional.path)) return undefined;
  strikes(`an optional endpoint answers ${optional.answers}`);
  return typeof optional.answers === 'number' ? optional.answers : { status: 200, body: SHAPES[optional.answers] };
}

const SHAPES: Readonly<Record<Exclude<OddAnswer, number>, unknown>> = {
  'another shape': { hits: { total: 0 } },
  'odd entries': { results: [null, 7, {}] },
  'no list': { results: null, paging: null },
};

/** The id of a contact that is named as the twin usually would. */
function idIn(usual: string, { firstId = ordinary.firstId }: Partial<Behaviour>): string {
  return idAfter(firstId, Number(usual) - Number(ordinary.firstId));
}

/** The id and the address of a contact, as a batch's body names them. */
export function namesIn(twin: TwinAccount): (contact: string) => string[] {
  return (id) => {
    const contact = twin.portal.contacts.get(id);
    return contact === undefined ? [id] : [id, twin.portal.emailOf(contact)];
  };
}
