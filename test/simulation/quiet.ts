import { fairWeather, type Scenario } from './scenario.ts';

/** A run in which nobody acts and no machine is in trouble, for a test that does what happens itself. */
export const quietScenario = (behaviour: Scenario['behaviour'], seed = 1): Scenario => ({
  seed,
  mostSteps: 5_000_000,
  steps: [],
  weather: fairWeather,
  partial: 0,
  doubles: 0,
  lost: 0,
  duplicates: 0,
  itemErrors: 0,
  reorder: false,
  behaviour,
});
