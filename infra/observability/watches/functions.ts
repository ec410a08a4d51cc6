import { FIVE_MINUTES, sum, type Watches } from '../watch.ts';
import { functionsOf, type Watched } from '../watched.ts';

/** Do the functions run? */
export function functionWatches(watched: Watched): Watches {
  const functions = functionsOf(watched);
  return {
    FunctionErrors: {
      severity: 'act now',
      metric: sum(functions.map((one) => one.metricErrors({ period: FIVE_MINUTES }))),
      threshold: 3,
      raised: 'above',
      periods: 2,
    },
    FunctionsThrottled: {
      severity: 'act now',
      metric: sum(functions.map((one) => one.metricThrottles({ period: FIVE_MINUTES }))),
      threshold: 0,
      raised: 'above',
      periods: 2,
    },
  };
}
