import { SELF_SERVICE } from '../../../src/rules/r4-return-by-form.ts';
import { registry } from '../registry.ts';
import { demandsConfirmation } from '../truth/returns.ts';
import { address, type Cast, type Role } from './cast.ts';
import { type ActionOf, giveAddress } from './records.ts';
import { asTyped } from './spelling.ts';

/** The person uses HubSpot's own resubscription page, which counts as a confirmation if it changed anything. */
export function useSelfService({ type }: ActionOf<'selfService'>, { id, email }: Role, { world }: Cast): void {
  const { twin, truth } = world;
  const company = registry.controls.get(`subscription:${type}`)?.company ?? '';
  twin.people.resubscribeBySelfService({ contact: id, subscription: type });
  const { source, timestamp } = twin.portal.status(email, type);
  if (source === SELF_SERVICE) truth.person(id).confirmations.push({ at: timestamp, company });
}

/**
 * The owner clicks the link of a confirmation mail. Where HubSpot's lists cannot be read, the click is all that proves a submission; then the
 * mail has to be there, which HubSpot sends for a submission and not for whoever enrols a contact by hand.
 */
export function clickLink({ value }: ActionOf<'confirm'>, { id }: Role, { world }: Cast): void {
  const { truth, twin, scenario, scheduler } = world;
  const hasMail = truth
    .lineage(id)
    .some(({ backs }) => backs.some((back) => demandsConfirmation(back) && back.postedAt < scheduler.now));
  const isClick = scenario.odd?.submissionLists === undefined || hasMail;
  if (isClick) twin.people.confirm({ contact: id, ...(value !== undefined && { value }) });
}

/**
 * Somebody fills in a form: the owner of the address (perhaps spelt otherwise), or somebody else in the same browser. A guest's address
 * overwrites the record's, as HubSpot does with a browser that it knows; a stranger's does not.
 */
export function fillForm({ form, as }: ActionOf<'form'>, { id, email }: Role, cast: Cast): void {
  const { truth, twin, scheduler, scenario } = cast.world;
  const guest = address(`guest-${cast.renames++}@example.at`, cast.world);
  if (as === 'guest') giveAddress(id, guest, cast);
  const typed = {
    owner: email,
    guest,
    shouting: asTyped(email, scenario.odd?.spelling),
    stranger: 'stranger@example.at',
  }[as];
  truth.submitted(id, { form, address: typed, at: scheduler.now, postedAt: scheduler.now });
  twin.people.submitForm({ contact: id, form, email: typed });
}

/** Somebody who is not the owner tries to bring the owner back. */
export function actAsStranger({ form, how, agoMs }: ActionOf<'stranger'>, { id, email }: Role, { world }: Cast): void {
  const { twin, truth, scheduler, scenario } = world;
  const { now: postedAt } = scheduler;
  if (how === 'enrols') {
    // Where no list can be read, the owner's click on any mail may confirm such a submission (docs/reliability.md, "Known, and not mended").
    const isRefutable = scenario.odd?.submissionLists === undefined || registry.forms.get(form)?.doubleOptIn !== true;
    if (isRefutable) twin.people.enrolByHand({ contact: id, form });
    return;
  }
  const typed = how === 'posts' ? email : 'stranger@example.at';
  const at = postedAt - agoMs;
  const browser = how === 'posts' ? {} : { browserOf: id };
  // HubSpot binds the post to whoever has the address; the truth must know of it before any webhook tells.
  const bound = how === 'posts' ? (twin.portal.byAddress(email)[0]?.id ?? id) : id;
  truth.submitted(bound, { form, address: typed, at, postedAt });
  twin.people.postForm({ form, email: typed, submittedAt: at, ...browser });
}
