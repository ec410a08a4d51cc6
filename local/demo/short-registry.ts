import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Seconds that the grace of R5 lasts where nobody wants to wait ten minutes. */
export const SHORT_GRACE_S = 3;

/** A copy of the example registry with a short grace window and a test contact as canary. Returns its path. */
export function shortRegistry(): string {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'registry', 'noeku.example.yaml'), 'utf8');
  const short = text.replace(/reOptInGrace: \S+/, `reOptInGrace: PT${SHORT_GRACE_S}S`);
  // The twin gives its first contact the id 101.
  const canary = 'canary: { contact: "101", subscription: 612 }\n';
  const file = join(mkdtempSync(join(tmpdir(), 'widerruf-')), 'registry.yaml');
  writeFileSync(file, short + canary);
  return file;
}
