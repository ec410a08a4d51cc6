import { normaliseAddress } from '../../../src/address.ts';

/** Names a control of an address, however the address is spelt. */
export function keyOfAddress(address: string, control: string): string {
  return `${normaliseAddress(address) ?? address.trim().toLowerCase()} ${control}`;
}
