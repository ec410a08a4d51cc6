import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { hashAddress, normaliseAddress } from '../../address.ts';
import { isHopeless, PermanentError, RetryableError } from '../../errors.ts';
import { readContacts } from '../../hubspot/contacts.ts';
import type { HubSpot } from '../../hubspot/hubspot.ts';
import { erasePerson } from '../../ledger/erase-person.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ConvergenceRequest } from '../../queues/convergence-request.ts';
import { deadLetter, type FailureDeps, retryLater } from '../../queues/failures.ts';
import { readBody } from '../../queues/read-body.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Facts } from '../../rules/decide.ts';
import type { Verdict } from '../../rules/decision.ts';
import type { ContactRef } from '../../rules/entry.ts';
import { replay } from '../../rules/evolve.ts';
import { type MergeSignal, type Signal, SignalSchema } from '../../signals/signal.ts';
import { withId } from '../../signals/signal-id.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { type Identity, recordDecision } from './record-decision.ts';

export type DecideDeps = {
  registry: Registry;
  ledger: Ledger;
  hubspot: HubSpot;
  request: (requests: readonly ConvergenceRequest[]) => Promise<void>;
  failures: FailureDeps;
  telemetry: Telemetry;
  now: () => number;
  salt: () => string;
  addressKey: string;
};

/**
 * Decides a batch from the FIFO queue. After a failure the rest of that contact's group is handed back too, other
 * contacts go on. A signal is done only when its decision is recorded and convergence is asked for.
 */
export async function decideBatch(event: SQSEvent, deps: DecideDeps): Promise<SQSBatchResponse> {
  const errors = new Map<string, unknown>();
  const requests = new Map<SQSRecord, ConvergenceRequest>();
  const processor = new SqsFifoPartialProcessorAsync();
  const response = await processPartialResponse(
    event,
    async (record: SQSRecord) => {
      try {
        const request = await decideOne(readBody(record.body, SignalSchema), deps);
        if (request !== undefined) requests.set(record, request);
      } catch (error) {
        if (isHopeless(error)) return deadLetter(record, error, deps.failures);
        errors.set(record.attributes.MessageGroupId ?? record.messageId, error);
        throw error;
      }
    },
    processor,
    { skipGroupOnError: true, throwOnFullBatchFailure: false },
  );
  const failed = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  await deps.request([...requests.values()]).catch((error: unknown) => {
    // Decided, but nobody was asked to act on it: the redelivered signals ask again.
    for (const { messageId, attributes } of requests.keys()) {
      failed.add(messageId);
      errors.set(attributes.MessageGroupId ?? messageId, error);
    }
  });
  // Messages skipped behind a failed one wait as long as it does: the group stays in order.
  await retryLater(
    event.Records.filter(({ messageId }) => failed.has(messageId)).map((record) => ({
      record,
      error: errors.get(record.attributes.MessageGroupId ?? record.messageId),
    })),
    deps.failures,
  );
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** A contact can become part of another one, which becomes part of another one. */
const MERGES = 10;

/** Returns the request for convergence, where the decision needs one. A merged contact's signal is its survivor's. */
async function decideOne(first: Signal, deps: DecideDeps): Promise<ConvergenceRequest | undefined> {
  const { telemetry } = deps;
  let signal = first;
  for (let hop = 0; hop < MERGES; hop++) {
    const verdict = await decideFor(signal, deps, hop > 0);
    if (verdict.into !== undefined) {
      signal = withId({ ...signal, contact: verdict.into });
      continue;
    }
    if (verdict.until !== undefined) {
      const afterMs = verdict.until - deps.now();
      throw new RetryableError('whether this is our own write shows when that is done', { afterMs });
    }
    if (verdict.decision === undefined) {
      telemetry.measure('SignalIgnored', 1, { because: verdict.because ?? 'already-so' });
    } else {
      const { rule, outcome } = verdict.decision;
      telemetry.measure('SignalDecided', 1, { rule, outcome });
      telemetry.logger.info('signal decided', { signalId: signal.id, contact: signal.contact, rule, outcome });
    }
    const { portal, contact } = signal;
    // What an audit found may be years old: its way to HubSpot begins when it was found.
    const occurredAt = signal.source.channel === 'audit' ? signal.receivedAt : signal.occurredAt;
    if (!verdict.converge) return undefined;
    return { v: 1, portal, contact, occurredAt, ...(verdict.identify && { identify: true }) };
  }
  throw new PermanentError('the contact was merged in a circle');
}

async function decideFor(signal: Signal, deps: DecideDeps, ofMerged: boolean): Promise<Verdict> {
  const { registry, ledger } = deps;
  const facts: Facts = { registry, now: deps.now(), address: 'unknown', ofMerged };
  switch (signal.kind) {
    case 'form': {
      const { address, identity } = await whoseForm(signal, deps);
      return recordDecision(signal, { ...facts, address }, ledger, identity);
    }
    case 'merge': {
      const others = await Promise.all(
        signal.others.map(async (contact) => {
          await markMerged(signal, contact, deps);
          return replay(await ledger.read({ portal: signal.portal, contact }), registry);
        }),
      );
      return recordDecision(signal, { ...facts, others }, ledger);
    }
    case 'lifecycle': {
      const verdict = await recordDecision(signal, facts, ledger);
      // Also when it was decided before: a crash may have come between.
      if (signal.event === 'erased') await erasePerson(signal, ledger);
      return verdict;
    }
    default:
      return recordDecision(signal, facts, ledger);
  }
}

/** Tells a merged contact's ledger where its history goes on; so its late events find the survivor. */
async function markMerged(signal: MergeSignal, contact: string, { ledger, registry, now }: DecideDeps): Promise<void> {
  const ref = { portal: signal.portal, contact };
  // Two events may tell of one merge differently: nobody becomes part of itself.
  if (await isPartOf({ ...ref, contact: signal.contact }, contact, { ledger, registry })) return;
  for (;;) {
    const entries = await ledger.read(ref);
    if (replay(entries, registry).mergedInto !== undefined) return;
    const appended = await ledger.append(ref, entries.at(-1), {
      recordedAt: now(),
      body: {
        kind: 'decision',
        rule: 'R8',
        outcome: 'merged',
        reason: `became part of contact ${signal.contact}, where its history goes on`,
        source: signal.source,
        occurredAt: signal.occurredAt,
        changes: [{ type: 'merged-into', contact: signal.contact }],
        converge: false,
      },
    });
    if (appended !== 'conflict') return;
  }
}

/** Whether a contact is another one, or became part of it by merges. */
async function isPartOf(ref: ContactRef, whole: string, { ledger, registry }: Pick<DecideDeps, 'ledger' | 'registry'>) {
  let contact: string | undefined = ref.contact;
  for (let hop = 0; hop < MERGES && contact !== undefined; hop++) {
    if (contact === whole) return true;
    contact = replay(await ledger.read({ ...ref, contact }), registry).mergedInto;
  }
  return false;
}

/**
 * R4 compares the submitted address with the one that the contact is mailed at: HubSpot can bind a submission to the browser's
 * contact, and an additional address may have come by a merge that an employee made. One that is not proved to be the
 * contact's may be somebody else's: it must neither lead to this ledger nor stay in it.
 */
async function whoseForm(
  signal: Extract<Signal, { kind: 'form' }>,
  { hubspot, addressKey, salt }: DecideDeps,
): Promise<{ address: Facts['address']; identity?: Identity }> {
  const submitted = normaliseAddress(signal.address);
  if (submitted === undefined) return { address: 'unknown' };
  const contacts = await readContacts(hubspot.send, [signal.contact], []).catch((error: unknown) => {
    throw error instanceof RetryableError ? error : new RetryableError('the contact cannot be read', { cause: error });
  });
  const held = normaliseAddress(contacts.get(signal.contact)?.email);
  if (held !== submitted) return { address: held === undefined ? 'unknown' : 'other' };
  const page = signal.page === undefined ? {} : { page: signal.page };
  const personal = { salt: salt(), address: submitted, ...page };
  return { address: 'same', identity: { personal, addressHash: hashAddress(addressKey, submitted) } };
}
