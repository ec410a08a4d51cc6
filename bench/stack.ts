import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Twin } from '../local/hubspot/twin.ts';
import { startLocalStack } from '../local/stack.ts';
import { finding } from './findings.ts';
import { REGISTRY_FILE } from './opt-outs.ts';
import type { Finding } from './rows.ts';
import { StackBench } from './stack-bench.ts';

const RATES = [1, 10, 50] as const;
/** `until`: nothing is begun after this (ms). */
export type StackOptions = { until: number; seconds: number; soakContacts: number };

/** The whole system on this machine under load: what a person waits for, and what HubSpot is asked. */
export async function stackRows(options: StackOptions): Promise<Finding[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'widerruf-bench-'));
  const stack = await startLocalStack({ registryFile: REGISTRY_FILE, dataDir, port: 0 });
  const bench = new StackBench(stack, stack.twin as Twin);
  try {
    await bench.warmUp();
    const rows: Finding[] = [];
    const tell = (...found: Finding[]) => {
      for (const { what, measured } of found) process.stderr.write(`  ${what}: ${measured}\n`);
      rows.push(...found);
    };
    const parts: [string, () => Promise<Finding[]>][] = [
      ['calls of one opt-out', () => bench.callsOfOne()],
      ['calls of a hundred at once', () => bench.callsOfMany(100)],
      ...RATES.map(
        (rate) =>
          [`${rate} opt-outs a second`, () => bench.atRate(rate, options.seconds)] as [
            string,
            () => Promise<Finding[]>,
          ],
      ),
      ...[0, 0.05].map(
        (faults) =>
          [`soak, ${faults * 100} % faults`, () => bench.soak(options.soakContacts, faults)] as [
            string,
            () => Promise<Finding[]>,
          ],
      ),
    ];
    for (const [name, measure] of parts) {
      if (Date.now() < options.until) tell(...(await measure()));
      else tell(finding(name, 'not measured: the time was up', { goal: '', isMet: false }));
    }
    return rows;
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
