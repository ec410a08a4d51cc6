import { SELF_SERVICE } from '../../../src/rules/r4-return-by-form.ts';
import { registry } from '../registry.ts';
import type { Cast, Role } from './cast.ts';
import { type ActionOf, giveAddress } from './records.ts';

/** The person uses HubSpot's own resubscription page, which counts as a confirmation if it changed anything. */
export function useSelfService({ type }: ActionOf<'selfService'>, { id, email }: Role, { world }: Cast): void {
  const { twin, truth } = world;
  const company = registry.controls.get(`subscription:${type}`)?.company ?? '';
  twin.people.resubscribeBySelfService({ contact: id, subscription: type });
  const { source, timestamp } = twin.portal.status(email, type);
  if (source === SELF_SERVICE) truth.person(id).confirmations.push({ at: timestamp, company });
}

/**
 * Somebody fills in a form: the owner of the address (perhaps in capitals), or somebody else in the same browser. A guest's address
 * overwrites the record's, as HubSpot does with a browser that it knows; a stranger's does not.
 */
export function fillForm({ form, as }: ActionOf<'form'>, { id, email }: Role, cast: Cast): void {
  const { truth, twin, scheduler } = cast.world;
  const guest = `guest-${cast.renames++}@example.at`;
  if (as === 'guest') giveAddress(id, guest, cast);
  const typed = { owner: email, guest, shouting: ` ${email.toUpperCase()}`, stranger: 'stranger@example.at' }[as];
  truth.submitted(id, form, typed, scheduler.now);
  twin.people.submitForm({ contact: id, form, email: typed });
}
