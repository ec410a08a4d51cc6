import type { World } from '../world/world.ts';
import { keyOfAddress } from './whose.ts';

/** Told of every change of a status or a property: whose control it is, what it held and what it holds now. */
export type Note = (key: string, before: string, after: string) => void;

export type Listeners = {
  note: Note;
  merged: (from: string, to: string) => void;
  /** An address as whoever reads or writes its statuses spells it. */
  named: (address: string) => void;
};

/** Tells of every change of a status or a property, and of every merge, whoever makes it. */
export function attachTo({ portal }: World['twin'], { note, merged, named }: Listeners): void {
  const { setStatus, statusAt, setProperty, merge } = portal;
  portal.statusAt = (address, type, at) => {
    named(address);
    return statusAt.call(portal, address, type, at);
  };
  portal.setStatus = (address, type, change, actor) => {
    const before = portal.status(address, type).status;
    const result = setStatus.call(portal, address, type, change, actor);
    named(address);
    note(keyOfAddress(address, `subscription:${type}`), before, result.status.status);
    return result;
  };
  portal.merge = (primary, other, actor) => {
    const result = merge.call(portal, primary, other, actor);
    for (const from of [primary, other]) merged(from.id, result.id);
    return result;
  };
  portal.setProperty = (contact, name, value, actor) => {
    const before = portal.property(contact, name) ?? '';
    setProperty.call(portal, contact, name, value, actor);
    note(`${contact.id} property:${name}`, before, value);
  };
}
