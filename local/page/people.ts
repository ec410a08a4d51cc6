import type { Ledger } from '../../src/ledger/ledger.ts';
import { isPropertyKey } from '../../src/registry/control.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { replay } from '../../src/rules/evolve.ts';
import type { Portal } from '../hubspot/portal/portal.ts';
import { normalised, type PortalContact } from '../hubspot/portal/types.ts';
import type { Layout } from './layout.ts';
import { type Held, type Row, rowOf } from './row.ts';

/** Where people are looked up: the twin's portal. A real HubSpot shows whom the ledger knows. */
export type PeopleSource = {
  /** Ids of all people whom the words fit, newest first. */
  find(words: string): Promise<string[]>;
  held(contacts: readonly string[]): Promise<Held[]>;
};

export type PeoplePage = { total: number; page: number; pages: number; rows: Row[] };
export type Asked = { search: string; page: number; size: number };
type Deps = { source: PeopleSource; ledger: Ledger; registry: Registry; layout: Layout };

/** One page of the matrix. `page` counts from 0; a page beyond the last is the last one. */
export async function peoplePage({ search, page, size }: Asked, deps: Deps): Promise<PeoplePage> {
  const found = await deps.source.find(search);
  const pages = Math.max(1, Math.ceil(found.length / size));
  const shown = Math.min(page, pages - 1);
  const rows = await rowsOf(found.slice(shown * size, (shown + 1) * size), deps);
  return { total: found.length, page: shown, pages, rows };
}

/** One person's row; undefined for nobody. */
export async function personRow(contact: string, deps: Deps): Promise<Row | undefined> {
  return (await rowsOf([contact], deps))[0];
}

async function rowsOf(contacts: readonly string[], { source, ledger, registry, layout }: Deps): Promise<Row[]> {
  const held = await source.held(contacts);
  return Promise.all(
    held.map(async (one) => {
      const state = replay(await ledger.read({ portal: registry.portal, contact: one.contact }), registry);
      const mergedInto = one.record === 'living' ? undefined : (one.mergedInto ?? state.mergedInto);
      const merged = mergedInto === undefined ? {} : { record: 'merged' as const, mergedInto };
      return rowOf({ ...one, ...merged }, state, layout, registry);
    }),
  );
}

/** The people of a twin's portal, deleted ones included: they can be restored. */
export function peopleOfPortal(portal: Portal, registry: Registry, layout: Layout): PeopleSource {
  return {
    find(words) {
      const wanted = normalised(words);
      const all = [...portal.contacts.values()].reverse();
      const fits = ({ id, properties }: PortalContact) =>
        id === wanted ||
        normalised(`${properties['email']?.[0]?.value} ${properties['hs_additional_emails']?.[0]?.value}`).includes(
          wanted,
        );
      return Promise.resolve((wanted === '' ? all : all.filter(fits)).map(({ id }) => id));
    },
    held: (contacts) =>
      Promise.resolve(
        contacts.flatMap((id) => {
          const contact = portal.contacts.get(id);
          return contact === undefined ? [] : [heldBy(contact, portal, registry, layout)];
        }),
      ),
  };
}

function heldBy(contact: PortalContact, portal: Portal, registry: Registry, layout: Layout): Held {
  const email = portal.emailOf(contact);
  const record = !contact.archived ? 'living' : email === '' ? 'erased' : 'deleted';
  const value = (key: string) => {
    const name = key.slice(key.indexOf(':') + 1);
    return isPropertyKey(key) ? (portal.property(contact, name) ?? '') : portal.status(email, Number(name)).status;
  };
  const isSeen = record === 'living';
  return {
    contact: contact.id,
    email,
    record,
    ...(contact.mergedInto !== undefined && { mergedInto: contact.mergedInto }),
    portalWide: portal.isPortalWide(email),
    values: isSeen ? Object.fromEntries([...registry.controls.keys()].map((key) => [key, value(key)])) : {},
    protectedValues: isSeen
      ? Object.fromEntries(layout.protectedTypes.map(({ id }) => [id, portal.status(email, id).status]))
      : {},
  };
}
