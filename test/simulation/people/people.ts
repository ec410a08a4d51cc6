import { SELF_SERVICE } from '../../../src/rules/r4-return-by-form.ts';
import { registry } from '../registry.ts';
import type { Action } from '../scenario.ts';
import type { World } from '../world/world.ts';

/** The three people of a run, and the contacts that they are at the moment. */
export function createPeople(world: World) {
  const { twin, truth, scheduler, say, scenario } = world;
  let addresses = 0;
  const create = (email: string): { id: string; email: string } => {
    const { id } = twin.people.createContact({ email });
    truth.holds(id, email, scheduler.now);
    return { id, email };
  };
  /** Addresses without a contact yet, that have left the newsletters of the brands. */
  const lived = scenario.steps.flatMap((step, n) =>
    step.do === 'address' && step.lived ? [`lived-${n}@example.at`] : [],
  );
  for (const email of lived) {
    for (const type of [511, 521, 611]) {
      twin.portal.setStatus(email, type, { status: 'UNSUBSCRIBED', source: 'Link' }, { changeSource: 'EMAIL' });
    }
  }
  const statuses = ['NOT_SPECIFIED', 'SUBSCRIBED'] as const;
  const people = [0, 1, 2].map((n) => {
    const email = `person-${n}@example.at`;
    // One was never asked, one subscribed to all, one to some.
    for (const type of [501, 511, 512, 521, 601, 611]) {
      const status = statuses[n === 0 ? 0 : n === 1 ? 1 : type % 2] ?? 'NOT_SPECIFIED';
      twin.portal.setStatus(email, type, { status, source: 'Form' }, { changeSource: 'FORM' });
    }
    return create(email);
  });

  /** Does what can be done; an action that does not fit (a deleted contact clicks nothing) is left out. */
  function act(action: Action): void {
    if (!('who' in action)) return;
    const person = people[action.who] as { id: string; email: string };
    const { id } = person;
    const alive = twin.portal.contact(id) !== undefined;
    say(`-- ${JSON.stringify(action)} (contact ${id}${alive ? '' : ', gone'})`);
    switch (action.do) {
      case 'restore':
        if (!alive && isRestorable(id)) twin.people.restoreContact({ contact: id });
        return;
      case 'recreate':
        if (!alive && !isTaken(person.email)) people[action.who] = create(person.email);
        return;
      case 'import': {
        // HubSpot would take a row with another contact's additional address for that contact's.
        if (!alive && isTaken(person.email)) return;
        const before = new Set(twin.portal.contacts.keys());
        const wanted = Object.fromEntries(action.types.map((type) => [type, action.status]));
        twin.people.importRows({ rows: [{ email: person.email, statuses: wanted }] });
        const made = [...twin.portal.contacts.keys()].find((one) => !before.has(one));
        if (made !== undefined) {
          truth.holds(made, person.email, scheduler.now);
          people[action.who] = { ...person, id: made };
        }
        return;
      }
    }
    if (!alive) return;
    switch (action.do) {
      case 'optOut':
        twin.people.unsubscribeByLink({ contact: id, subscription: action.type });
        return;
      case 'employeeOptOut':
        twin.people.unsubscribeByEmployee({ contact: id, subscription: action.type });
        return;
      case 'employeeOpens':
        twin.people.subscribeByEmployee({ contact: id, subscription: action.type });
        return;
      case 'selfService': {
        const company = registry.controls.get(`subscription:${action.type}`)?.company ?? '';
        twin.people.resubscribeBySelfService({ contact: id, subscription: action.type });
        const { source, timestamp } = twin.portal.status(person.email, action.type);
        if (source === SELF_SERVICE) truth.person(id).confirmations.push({ at: timestamp, company });
        return;
      }
      case 'unsubscribeAll':
        twin.people.unsubscribeFromAll({ contact: id });
        return;
      case 'confirm':
        twin.people.confirm({ contact: id });
        return;
      case 'block':
        twin.people.editProperty({ contact: id, name: action.property, value: action.value });
        return;
      case 'form': {
        const email = {
          owner: person.email,
          shouting: ` ${person.email.toUpperCase()}`,
          stranger: 'stranger@example.at',
        };
        truth.submitted(id, action.form, email[action.as], scheduler.now);
        twin.people.submitForm({ contact: id, form: action.form, email: email[action.as] });
        return;
      }
      case 'delete':
        twin.people.deleteContact({ contact: id });
        return;
      case 'privacy':
        twin.people.deleteForPrivacy({ contact: id });
        return;
      case 'address': {
        const email = action.lived ? lived.pop() : `renamed-${addresses++}@example.at`;
        if (email === undefined) return;
        for (const one of people) if (one.id === id) one.email = email;
        truth.holds(id, person.email, scheduler.now);
        twin.people.editProperty({ contact: id, name: 'email', value: person.email });
        return;
      }
      case 'merge': {
        const other = people[action.whom] as { id: string; email: string };
        if (other.id === id || twin.portal.contact(other.id) === undefined) return;
        const { id: result } = twin.people.mergeContacts({ primary: id, other: other.id });
        // From now on whoever was either of them is the one that is left.
        for (const n of [action.who, action.whom]) people[n] = { id: result, email: person.email };
        return;
      }
    }
  }

  /** Deleted by hand, not merged away and not deleted for privacy; and nobody else has the address. */
  function isRestorable(id: string): boolean {
    const contact = twin.portal.contacts.get(id);
    const email = contact === undefined ? '' : twin.portal.emailOf(contact);
    const merged = [...truth.people.values()].some(({ absorbed }) => absorbed.some((one) => one.id === id));
    return email !== '' && !merged && !isTaken(email);
  }

  function isTaken(email: string): boolean {
    return [...twin.portal.contacts.values()].some((contact) => {
      const additional = twin.portal.property(contact, 'hs_additional_emails') ?? '';
      return !contact.archived && [twin.portal.emailOf(contact), ...additional.split(';')].includes(email);
    });
  }

  return { act, current: () => [...new Set(people.map(({ id }) => id))] };
}
