import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { isHopeless, PoisonError } from '../../errors.ts';
import { readOnce } from '../../ledger/read-once.ts';
import type { ConvergenceRequest } from '../../queues/convergence-request.ts';
import { deadLetter, retryLater } from '../../queues/failures.ts';
import { decideFor } from './by-address.ts';
import type { DecideDeps } from './deps.ts';
import { inTurn, patiently } from './turns.ts';

/**
 * Decides a batch from the FIFO queue, opt-outs first. After a failure the rest of that contact's group is handed back too, other
 * contacts go on. A signal is done only when its decision is recorded and convergence is asked for.
 */
export async function decideBatch(event: SQSEvent, deps: DecideDeps): Promise<SQSBatchResponse> {
  const { fresh: ledger, known } = readOnce(deps.ledger);
  const ofBatch = { ...deps, lists: deps.hubspot.submissionLists(), ledger, known };
  const errors = new Map<string, unknown>();
  const requests = new Map<SQSRecord, ConvergenceRequest[]>();
  const processor = new SqsFifoPartialProcessorAsync();
  const turns = new Map(inTurn(event.Records).map((turn) => [turn.record, turn.read]));
  const inPatience = patiently(deps);
  const response = await processPartialResponse(
    { Records: [...turns.keys()] },
    async (record: SQSRecord) => {
      try {
        const signal = turns.get(record);
        if (signal === undefined || signal instanceof PoisonError) throw signal;
        requests.set(record, await inPatience(signal, () => decideFor(signal, ofBatch)));
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
  await deps.request([...requests.values()].flat()).catch((error: unknown) => {
    // Decided, but nobody was asked to act on it: the redelivered signals ask again.
    for (const { messageId, attributes } of requests.keys()) {
      failed.add(messageId);
      errors.set(attributes.MessageGroupId ?? messageId, error);
    }
  });
  // Messages behind a failed one of their group wait as long as the failed one: the group stays in order.
  await retryLater(
    event.Records.filter(({ messageId }) => failed.has(messageId)).map((record) => ({
      record,
      error: errors.get(record.attributes.MessageGroupId ?? record.messageId),
    })),
    deps.failures,
  );
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}
