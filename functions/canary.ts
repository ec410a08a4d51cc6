import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import * as z from 'zod/mini';
import { deadlineBefore, withDeadline } from '../src/deadline.ts';
import { isCanaryBack, sendCanary } from '../src/workers/canary/canary.ts';
import { createBase } from './hubspot.ts';
import { measured } from './measured.ts';
import { CanarySettings, settings } from './settings.ts';

const base = createBase('canary', settings(CanarySettings));
const Task = z.object({ task: z.enum(['send', 'check']) });

/** Called by two schedules, `{"task":"send"}` and an hour later `{"task":"check"}`. */
export const handler = middy<unknown, void>()
  .use(injectLambdaContext(base.telemetry.logger, { resetKeys: true }))
  .use(measured(base.telemetry))
  .handler((event, context) =>
    withDeadline(
      deadlineBefore(() => context.getRemainingTimeInMillis(), 0),
      async () => {
        if (Task.parse(event).task === 'send') await sendCanary(base);
        else base.telemetry.measure('CanaryMissed', (await isCanaryBack(base)) ? 0 : 1);
      },
    ),
  );
