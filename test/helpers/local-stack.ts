import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, inject } from 'vitest';
import { readAssembly } from '../../local/aws/assembly.ts';
import type { Twin } from '../../local/hubspot/twin.ts';
import { settled } from '../../local/settled.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack.ts';
import { dynamodbLedger } from '../../src/ledger/dynamodb-ledger.ts';
import { loadRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import type { DecisionEntry, LedgerEntry } from '../../src/rules/entry.ts';
import { deniedCalls } from './least-privilege.ts';

export const PORTAL = 24681357;

export function exampleRegistry() {
  return arrangeRegistry(loadRegistry(inject('registryFile')));
}

/**
 * The local stack with its twin, in a folder of its own; short retries, all else as deployed. `options.sqs`: endpoint of
 * another emulator of SQS than fauxqs.
 */
export async function startTestStack(options: Pick<LocalStackOptions, 'sqs'> = {}) {
  const assembly = readAssembly(inject('assembly'));
  const dataDir = mkdtempSync(join(tmpdir(), 'widerruf-test-'));
  const stack: LocalStack = await startLocalStack({
    registryFile: inject('registryFile'),
    dataDir,
    port: 0,
    assembly,
    recordCalls: true,
    ...options,
    parameters: { RetryFirstSeconds: '1', RetryLongestSeconds: '2' },
  });
  const twin = stack.twin as Twin;
  const [table = ''] = stack.cloud.tableNames.values();
  const ledger = dynamodbLedger(stack.cloud.dynamodb, table);
  const entries = (contact: string): Promise<LedgerEntry[]> => ledger.read({ portal: PORTAL, contact });
  return {
    stack,
    twin,
    dataDir,
    entries,
    async decisions(contact: string): Promise<DecisionEntry[]> {
      return (await entries(contact)).flatMap(({ body }) => (body.kind === 'decision' ? [body] : []));
    },
    settled: () => settled(stack, twin),
    /** Queue URL by a part of its logical id. */
    queue(part: string): string {
      const found = [...stack.cloud.queueUrls].find(([id]) => new RegExp(`^Queues${part}[0-9A-F]{8}$`).test(id));
      if (found === undefined) throw new Error(`no queue ${part}`);
      return found[1];
    },
    /** Runs a schedule of the template now, by a part of its logical id. */
    async runSchedule(part: string): Promise<void> {
      const found = [...stack.cloud.schedules].find(([id]) => id.startsWith(`Schedules${part}`));
      if (found === undefined) throw new Error(`no schedule ${part}`);
      await found[1].run();
      await settled(stack, twin);
    },
    async messages(part: 'SignalsDeadLetters' | 'ConvergenceDeadLetters' | 'AuditDeadLetters') {
      const { Messages = [] } = await stack.cloud.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.queue(part),
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          VisibilityTimeout: 0,
        }),
      );
      return Messages;
    },
    /** Stops, after having checked that IAM would have allowed every AWS call that was made. */
    async stop() {
      expect(await deniedCalls(stack.cloud, assembly)).toEqual([]);
      await stack.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
export type TestStack = Awaited<ReturnType<typeof startTestStack>>;

/** The controls of a company as HubSpot holds them now. */
export function held(twin: Twin, contact: string, company: string): Record<string, string> {
  const found = twin.portal.contact(contact);
  const controls = exampleRegistry().companies.get(company)?.controls ?? [];
  if (found === undefined || controls.length === 0) throw new Error(`no contact ${contact} or company ${company}`);
  return Object.fromEntries(
    controls.map(({ key, control }) => [
      key,
      control.kind === 'subscription'
        ? twin.portal.status(twin.portal.emailOf(found), control.id).status
        : (twin.portal.property(found, control.name) ?? ''),
    ]),
  );
}

/** The controls of a company that are not closed. */
export function openControls(twin: Twin, contact: string, company: string): string[] {
  const registry = exampleRegistry();
  return Object.entries(held(twin, contact, company)).flatMap(([key, value]) => {
    const control = registry.controls.get(key)?.control;
    const closed = control?.kind === 'property' ? control.blocked : 'UNSUBSCRIBED';
    return value === closed ? [] : [key];
  });
}
