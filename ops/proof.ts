import type { EntryBody } from '../src/rules/entry.ts';
import type { Proof } from '../src/rules/state.ts';
import type { Words } from './texts/words.ts';

/** How the returns of an entry were proved (R4, R7); undefined: a return from before proofs were kept. Empty where nobody returned. */
export function proofsOf(body: EntryBody): (Proof | undefined)[] {
  if (body.kind !== 'decision') return [];
  return body.changes.flatMap((change) => (change.type === 'return' ? [change.return.proof] : []));
}

/** A proof in words. The hashes are the ledger's keyed ones: they show that two returns stand on one submission or one text. */
export function inWords(proof: Proof | undefined, t: Words): string {
  if (proof === undefined) return t.proofUnknown;
  const { by, submission, consentText } = proof;
  const source = submission === undefined ? t.proofEvent : t.proofList;
  return [
    ...(by === 'confirmation' ? [t.proofConfirmation] : []),
    source,
    ...(submission === undefined ? [] : [`${t.submission} ${submission}`]),
    ...(consentText === undefined ? [] : [`${t.consentText} ${consentText}`]),
  ].join('; ');
}

/** The proofs of an entry in words, each once. */
export function proofInWords(body: EntryBody, t: Words): string {
  return [...new Set(proofsOf(body).map((proof) => inWords(proof, t)))].join(' / ');
}
