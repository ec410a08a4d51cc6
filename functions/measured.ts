import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import type { MiddlewareObj } from '@middy/core';
import type { Telemetry } from '../src/telemetry/telemetry.ts';

/** Writes the metrics of an invocation when it ends, well or not. */
export function measured({ metrics, publish }: Telemetry): MiddlewareObj {
  const { before, after, onError } = logMetrics(metrics, { captureColdStartMetric: true });
  return {
    ...(before && { before }),
    after: (request) => {
      publish();
      return after?.(request);
    },
    onError: (request) => {
      publish();
      return onError?.(request);
    },
  };
}
