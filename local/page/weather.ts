import * as z from 'zod/mini';
import type { Cloud } from '../aws/cloud.ts';
import { ordinary } from '../hubspot/behaviour.ts';
import type { Twin } from '../hubspot/twin.ts';

/** What HubSpot, the network and AWS are like now. */
export const Weather = z.partial(
  z.strictObject({
    outage: z.enum(['no', 'answers 503', 'cuts connections']),
    /** HubSpot takes only a few calls and answers 429 to the others. */
    throttled: z.boolean(),
    /** Each answer of HubSpot takes seconds. */
    slow: z.boolean(),
    /** Each webhook comes twice. */
    duplicates: z.boolean(),
    /** No webhook comes at all. */
    lost: z.boolean(),
    /** Webhooks wait until the weather is fine again. */
    late: z.boolean(),
    /** A contact property that HubSpot refuses to write; '' for none. */
    refusedProperty: z.string().check(z.maxLength(100)),
    /** What is the matter with the functions. */
    functions: z.enum(['none', 'functions crash', 'functions throttled']),
  }),
);
export type Weather = z.infer<typeof Weather>;

const FEW_CALLS = 2;
const SLOW_MS = 3000;

/** The weather over a twin and the functions. The property that is refused is known only here: HubSpot's answer is a function. */
export class WeatherOver {
  readonly #twin: Twin;
  readonly #trouble: Cloud['trouble'];
  #refusedProperty = '';

  constructor(twin: Twin, { trouble }: Pick<Cloud, 'trouble'>) {
    this.#twin = twin;
    this.#trouble = trouble;
  }

  now(): Required<Weather> {
    const { outage, limitPer10Seconds, delayMs, duplicates, lost, hold } = this.#twin.behaviour;
    return {
      outage: outage === false ? 'no' : outage,
      throttled: limitPer10Seconds <= FEW_CALLS,
      slow: delayMs > 0,
      duplicates: duplicates > 0,
      lost: lost > 0,
      late: hold,
      refusedProperty: this.#refusedProperty,
      functions: this.#trouble.now,
    };
  }

  /** Changes what is named and leaves the rest. */
  change(weather: Weather): void {
    const { behaviour, sender } = this.#twin;
    const next = { ...this.now(), ...weather };
    this.#refusedProperty = next.refusedProperty;
    this.#trouble.now = next.functions;
    Object.assign(behaviour, {
      outage: next.outage === 'no' ? false : next.outage,
      limitPer10Seconds: next.throttled ? FEW_CALLS : ordinary.limitPer10Seconds,
      delayMs: next.slow ? SLOW_MS : 0,
      duplicates: next.duplicates ? 1 : 0,
      lost: next.lost ? 1 : 0,
      hold: next.late,
      itemError: next.refusedProperty === '' ? undefined : refusing(next.refusedProperty),
    });
    if (!next.late) sender.release();
  }
}

/** HubSpot refuses an input that sets the property. */
function refusing(property: string): (input: unknown) => string | undefined {
  return (input) => {
    const { properties } = input as { properties?: object };
    return properties !== undefined && Object.hasOwn(properties, property) ? 'VALIDATION_ERROR' : undefined;
  };
}
