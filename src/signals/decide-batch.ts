import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { hashAddress, normaliseAddress } from '../consent/address.ts';
import type { Facts } from '../consent/decide.ts';
import type { HubSpot } from '../convergence/hubspot-view.ts';
import type { ConvergenceRequest } from '../convergence/request.ts';
import { isHopeless, RetryableError } from '../errors.ts';
import { readContacts } from '../hubspot/contacts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Identity, recordDecision } from '../ledger/record-decision.ts';
import { deadLetter, type FailureDeps, retryLater } from '../queues/failures.ts';
import { readBody } from '../queues/read-body.ts';
import type { Registry } from '../registry/registry.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Signal, SignalSchema } from './signal.ts';

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

/** Returns the request for convergence, where the decision needs one. */
async function decideOne(signal: Signal, deps: DecideDeps): Promise<ConvergenceRequest | undefined> {
  const { registry, telemetry } = deps;
  const now = deps.now();
  const known: { address: Facts['address']; identity: Identity } =
    signal.kind === 'form' ? await whoseForm(signal, deps) : { address: 'unknown', identity: {} };
  const facts: Facts = { registry, now, address: known.address };
  const verdict = await recordDecision(signal, facts, deps.ledger, known.identity);

  if (verdict.decision === undefined) {
    telemetry.measure('SignalIgnored', 1, { because: verdict.because ?? 'already-so' });
  } else {
    const { rule, outcome } = verdict.decision;
    telemetry.measure('SignalDecided', 1, { rule, outcome });
    telemetry.logger.info('signal decided', { signalId: signal.id, contact: signal.contact, rule, outcome });
  }
  const { portal, contact, occurredAt } = signal;
  return verdict.converge ? { v: 1, portal, contact, occurredAt } : undefined;
}

/** R4 compares the submitted address with the contact's: HubSpot can bind a submission to the browser's contact. */
async function whoseForm(
  signal: Extract<Signal, { kind: 'form' }>,
  { hubspot, addressKey, salt }: DecideDeps,
): Promise<{ address: Facts['address']; identity: Identity }> {
  const submitted = normaliseAddress(signal.address);
  const personal = {
    salt: salt(),
    ...(signal.address !== undefined && { address: signal.address }),
    ...(signal.page !== undefined && { page: signal.page }),
  };
  if (submitted === undefined) return { address: 'unknown', identity: { personal } };
  const identity = { personal, addressHash: hashAddress(addressKey, submitted) };
  const contacts = await readContacts(hubspot.send, [signal.contact], []).catch((error: unknown) => {
    throw error instanceof RetryableError ? error : new RetryableError('the contact cannot be read', { cause: error });
  });
  const held = normaliseAddress(contacts.get(signal.contact)?.email);
  if (held === undefined) return { address: 'unknown', identity };
  return { address: held === submitted ? 'same' : 'other', identity };
}
