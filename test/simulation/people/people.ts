import type { Action } from '../scenario.ts';
import type { World } from '../world/world.ts';
import { type Cast, createCast, type Role, roleOf } from './cast.ts';
import { actAsStranger, clickLink, fillForm, useSelfService } from './consent.ts';
import { type ActionOf, changeAddress, importRow, merge, reclaim, recreate, restore } from './records.ts';

/** The three people of a run, and the contacts that they are at the moment. */
export function createPeople(world: World): { act: (action: Action) => void } {
  const cast = createCast(world);
  return { act: (action) => act(action, cast) };
}

/** Does what can be done; an action that does not fit (a deleted contact clicks nothing) is left out. */
function act(action: Action, cast: Cast): void {
  if (!('who' in action)) return;
  const role = roleOf(action.who, cast);
  const { world } = cast;
  const alive = world.twin.portal.contact(role.id) !== undefined;
  world.say(`-- ${JSON.stringify(action)} (contact ${role.id}${alive ? '' : ', gone'})`);
  const deeds: Deeds = alive ? aboutTheLiving : aboutTheGone;
  const deed = deeds[action.do] as ((action: Action, role: Role, cast: Cast) => void) | undefined;
  deed?.(action, role, cast);
}

/** What each kind of action does. */
type Deeds = { [Kind in Action['do']]?: (action: ActionOf<Kind>, role: Role, cast: Cast) => void };

/** What can be done about a contact that is deleted or merged away. */
const aboutTheGone: Deeds = { restore, recreate, import: importRow };

/** What can be done by or about a contact that is there. */
const aboutTheLiving: Deeds = {
  optOut: ({ type }, { id }, { world }) => world.twin.people.unsubscribeByLink({ contact: id, subscription: type }),
  employeeOptOut: ({ type }, { id }, { world }) =>
    world.twin.people.unsubscribeByEmployee({ contact: id, subscription: type }),
  employeeOpens: ({ type }, { id }, { world }) =>
    world.twin.people.subscribeByEmployee({ contact: id, subscription: type }),
  selfService: useSelfService,
  unsubscribeAll: (_, { id }, { world }) => world.twin.people.unsubscribeFromAll({ contact: id }),
  confirm: clickLink,
  block: ({ property, value }, { id }, { world }) =>
    world.twin.people.editProperty({ contact: id, name: property, value }),
  form: fillForm,
  stranger: actAsStranger,
  import: importRow,
  delete: (_, { id }, { world }) => world.twin.people.deleteContact({ contact: id }),
  privacy: (_, { id }, { world }) => world.twin.people.deleteForPrivacy({ contact: id }),
  address: changeAddress,
  reclaim,
  merge,
};
