import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Cloud } from './aws/cloud.ts';

/** How many messages a queue holds: to be worked on, not before a later moment, and in somebody's hands. */
export type QueueDepth = { name: string; waiting: number; later: number; inWork: number };

/** The depth of every queue, by its logical id. */
export async function queueDepths(cloud: Cloud): Promise<QueueDepth[]> {
  return Promise.all(
    [...cloud.queueUrls].map(async ([name, QueueUrl]) => {
      const { Attributes = {} } = await cloud.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
      );
      return {
        name,
        waiting: Number(Attributes.ApproximateNumberOfMessages),
        later: Number(Attributes.ApproximateNumberOfMessagesDelayed),
        inWork: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
      };
    }),
  );
}
