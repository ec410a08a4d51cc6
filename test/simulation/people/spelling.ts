import { domainToASCII } from 'node:url';

/**
 * How the addresses of a play are spelt in HubSpot: with an umlaut in the domain (IDN), the same in decomposed letters (Unicode NFD), or with
 * capitals.
 */
export type Spelling = 'umlaut' | 'decomposed' | 'capitals';

/** An address of a play as HubSpot holds it. `plain`: `anna@example.at`. */
export function asHeld(plain: string, spelling: Spelling | undefined): string {
  const umlaut = plain.replace('@', '@Künstler.');
  switch (spelling) {
    case undefined:
      return plain;
    case 'umlaut':
      return umlaut;
    case 'decomposed':
      return umlaut.replace('@', '.jürgen@').normalize('NFD');
    case 'capitals':
      return plain.replace(/^.|(?<=@)./g, (letter) => letter.toUpperCase());
  }
}

/** The same address as somebody may type it: in capitals, after a space, and in another spelling than HubSpot's. */
export function asTyped(held: string, spelling: Spelling | undefined): string {
  return ` ${otherwise(held, spelling).toUpperCase()}`;
}

function otherwise(held: string, spelling: Spelling | undefined): string {
  const at = held.indexOf('@') + 1;
  return spelling === 'umlaut' ? `${held.slice(0, at)}${domainToASCII(held.slice(at))}` : held.normalize('NFC');
}
