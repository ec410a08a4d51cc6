import { SELF_SERVICE } from '../../../src/rules/r4-return-by-form.ts';
import { registry } from '../registry.ts';
import type { Cast, Role } from './cast.ts';
import type { ActionOf } from './records.ts';

/** The person uses HubSpot's own resubscription page, which counts as a confirmation if it changed anything. */
export function useSelfService({ type }: ActionOf<'selfService'>, { id, email }: Role, { world }: Cast): void {
  const { twin, truth } = world;
  const company = registry.controls.get(`subscription:${type}`)?.company ?? '';
  twin.people.resubscribeBySelfService({ contact: id, subscription: type });
  const { source, timestamp } = twin.portal.status(email, type);
  if (source === SELF_SERVICE) truth.person(id).confirmations.push({ at: timestamp, company });
}

/** Somebody fills in a form: the owner of the address (perhaps in capitals), or a stranger in the same browser. */
export function fillForm({ form, as }: ActionOf<'form'>, { id, email }: Role, { world }: Cast): void {
  const typed = { owner: email, shouting: ` ${email.toUpperCase()}`, stranger: 'stranger@example.at' }[as];
  world.truth.submitted(id, { form, address: typed, at: world.scheduler.now, postedAt: world.scheduler.now });
  world.twin.people.submitForm({ contact: id, form, email: typed });
}

/** Somebody who is not the owner tries to bring the owner back. */
export function actAsStranger({ form, how, agoMs }: ActionOf<'stranger'>, { id, email }: Role, { world }: Cast): void {
  const { twin, truth, scheduler } = world;
  const { now: postedAt } = scheduler;
  if (how === 'enrols') {
    twin.people.enrolByHand({ contact: id, form });
    return;
  }
  const address = how === 'posts' ? email : 'stranger@example.at';
  const at = postedAt - agoMs;
  const browser = how === 'posts' ? {} : { browserOf: id };
  // HubSpot binds the post to whoever has the address; the truth must know of it before any webhook tells.
  const bound = how === 'posts' ? (twin.portal.byAddress(email)[0]?.id ?? id) : id;
  truth.submitted(bound, { form, address, at, postedAt });
  twin.people.postForm({ form, email: address, submittedAt: at, ...browser });
}
