import { setTimeout as sleep } from 'node:timers/promises';
import type { Twin } from './hubspot/twin.ts';
import { queueDepths } from './queue-depths.ts';
import type { LocalStack } from './stack.ts';

const POLL_MS = 100;
/** A message between two queues shows in neither for a moment, so it has to be quiet several times in a row. */
const QUIET_POLLS = 5;

/**
 * Resolves when nothing is on its way: the twin has delivered its webhooks, and no queue but the dead-letter ones holds a
 * message to be worked on. Messages that wait for a moment (a grace, a confirmation) do not count.
 */
export async function settled({ cloud }: LocalStack, twin: Twin): Promise<void> {
  for (let quiet = 0; quiet < QUIET_POLLS; ) {
    await twin.sender.idle();
    const depths = await queueDepths(cloud);
    const busy = depths.some(({ name, waiting, inWork }) => !name.includes('DeadLetters') && waiting + inWork > 0);
    quiet = busy ? 0 : quiet + 1;
    await sleep(POLL_MS);
  }
}
