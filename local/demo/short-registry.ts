import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Seconds that the grace of R5 lasts where nobody wants to wait ten minutes. */
export const SHORT_GRACE_S = 3;
/** Seconds that HubSpot's list of submissions may lag behind where nobody wants to wait a quarter of an hour. */
export const SHORT_LAG_S = 4;

/** A copy of the example registry with short waits and a test contact as canary, in a folder. Returns its path. */
export function shortRegistry(folder: string): string {
  return written(short(), folder);
}

/** The same for the demo, in which the audit applies returns whose event was lost. */
export function demoRegistry(folder: string): string {
  return written(short().replace('recoverReturns: false', 'recoverReturns: true'), folder);
}

function short(): string {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'registry', 'noeku.example.yaml'), 'utf8');
  // The twin gives its first contact the id 101.
  const canary = 'canary: { contact: "101", subscription: 612 }\n';
  const waits = `reOptInGrace: PT${SHORT_GRACE_S}S\n  submissionsMayLag: PT${SHORT_LAG_S}S`;
  return text.replace(/reOptInGrace: \S+/, waits) + canary;
}

function written(text: string, folder: string): string {
  const file = join(folder, 'registry.yaml');
  writeFileSync(file, text);
  return file;
}
