import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Twin } from '../local/hubspot/twin.ts';
import type { LocalStack } from '../local/stack.ts';
import { closedAt } from './closed-at.ts';
import { finding, percentile, spread } from './findings.ts';
import { COMPANY, newOptOuts, registry, STATUSES } from './opt-outs.ts';
import type { Finding } from './rows.ts';
import { check } from './soak-check.ts';
import { eventsOf } from './soak-events.ts';
import { makeFaulty } from './soak-faults.ts';
import { inParallel, post } from './soak-post.ts';
import { drain } from './soak-queues.ts';

/** HubSpot's limit for the portal, calls a second. */
const PORTAL = 19;
const DRAIN_MS = 60_000;
const QUIET_MS = 30_000;

/** What is aimed at, by opt-outs a second (issue 19): milliseconds. */
const AIMS = { 1: { closed: 1200 }, 10: { closed: 1500 }, 50: { closed: 5000, accepted: 100 } } as const;

/** One stack under load; every measurement uses contacts of its own. */
export class StackBench {
  readonly #stack: LocalStack;
  readonly #twin: Twin;

  constructor(stack: LocalStack, twin: Twin) {
    this.#stack = stack;
    this.#twin = twin;
  }

  async warmUp(): Promise<void> {
    for (const id of newOptOuts(this.#twin, 3)) await this.#post([this.#event(id)]);
    await this.#quiet();
  }

  /** An opt-out that nothing else is near: what HubSpot is asked until nothing moves any more, our own writes' echoes included. */
  async callsOfOne(): Promise<Finding[]> {
    const [contact = ''] = newOptOuts(this.#twin, 1);
    const from = this.#twin.calls.length;
    await this.#post([this.#event(contact)]);
    await this.#quiet();
    const calls = this.#twin.calls.slice(from).map(({ path }) => path.split('/').slice(-2).join('/'));
    const lastWrite = calls.findLastIndex((path) => /write|update/.test(path));
    const second = calls.length - 1 - lastWrite;
    const again = `${second} after the last write`;
    return [
      finding('HubSpot calls of one opt-out alone', `${calls.length}: ${calls.join(', ')}`, {
        goal: '≤ 4',
        isMet: calls.length <= 4,
      }),
      finding('looks at HubSpot that change nothing, after it', again, { goal: '0', isMet: second === 0 }),
    ];
  }

  async callsOfMany(count: number): Promise<Finding[]> {
    const contacts = newOptOuts(this.#twin, count);
    const from = this.#twin.calls.length;
    await this.#post(contacts.map((id) => this.#event(id)));
    await this.#quiet();
    const calls = this.#twin.calls.length - from;
    const controls = registry.companies.get(COMPANY)?.controls.length;
    // Two looks, the properties, and a hundred statuses a call.
    const goal = { goal: `≤ ${3 + STATUSES}`, isMet: calls <= 3 + STATUSES };
    return [
      finding(`HubSpot calls, ${count} contacts × ${controls} controls of one company at once`, String(calls), goal),
    ];
  }

  /** Opt-outs at an even pace, whatever the answers: each a request of its own, as persons are. */
  async atRate(rate: keyof typeof AIMS, seconds: number): Promise<Finding[]> {
    const contacts = newOptOuts(this.#twin, rate * seconds);
    const [calls, busy, began] = [this.#twin.calls.length, performance.eventLoopUtilization(), Date.now()];
    const answers = await this.#paced(contacts, rate);
    const took = await this.#untilClosed(answers);
    const until = Date.now();
    await this.#quiet();
    const made = this.#twin.calls.length - calls;
    const { utilization } = performance.eventLoopUtilization(busy);
    const aims: { closed: number; accepted?: number } = AIMS[rate];
    const accepting = answers.map(({ ms }) => ms);
    const floor = `HubSpot’s own ${(made / PORTAL).toFixed(1)} s: ${made} calls, ${PORTAL} a second; ${((until - began) / 1000).toFixed(0)} s in all`;
    const shares = `emulators, twin and load kept their thread ${Math.round(utilization * 100)} % busy`;
    const what = `at ${rate} opt-outs a second for ${seconds} s`;
    return [
      finding(`accepted → last brand closed ${what}`, `${spread(took)} (${floor}; ${shares})`, {
        goal: `p99 ≤ ${aims.closed} ms`,
        isMet: percentile(took, 0.99) <= aims.closed,
      }),
      finding(`accepting ${what}`, spread(accepting), {
        goal: aims.accepted === undefined ? 'none' : `p99 ≤ ${aims.accepted} ms`,
        isMet: percentile(accepting, 0.99) <= (aims.accepted ?? Number.POSITIVE_INFINITY),
      }),
    ];
  }

  /** Opt-outs at an even pace, until nothing moves any more. Returns how many. */
  async optOutsAtRate(rate: number, seconds: number): Promise<number> {
    const contacts = newOptOuts(this.#twin, rate * seconds);
    await this.#paced(contacts, rate);
    await this.#quiet();
    return contacts.length;
  }

  /** Ten events for each contact as fast as they are taken, until nothing is left; a share of HubSpot's answers are faults. */
  async soak(people: number, faults: number): Promise<Finding[]> {
    const contacts = newOptOuts(this.#twin, people);
    // The echoes of our own writes are left out, as in `npm run soak`.
    this.#twin.behaviour.lost = 1;
    const faulty = makeFaulty(this.#twin, faults);
    const events = contacts.flatMap((id) => eventsOf(id, registry.portal, Date.now() - 60_000));
    const batches = Array.from({ length: Math.ceil(events.length / 100) }, (_, i) =>
      events.slice(i * 100, i * 100 + 100),
    );
    const [calls, began] = [this.#twin.calls.length, Date.now()];
    await inParallel(8, batches, (batch) => this.#post(batch));
    const drained = await drain(this.#stack, began, began + DRAIN_MS);
    faulty.stop();
    this.#twin.behaviour.lost = 0;
    const { lost } = await check(this.#stack, this.#twin, registry, contacts);
    const made = this.#twin.calls.length - calls;
    const ratio = (drained ?? Number.POSITIVE_INFINITY) / 1000 / (made / PORTAL);
    const most = faults === 0 ? 1.2 : 1.5;
    const goal = { goal: `≤ ${most}×, none lost`, isMet: ratio <= most && lost.length === 0 };
    const what = `${people} opt-outs, ten events each, ${faults * 100} % faults`;
    return [
      finding(
        what,
        `${((drained ?? Number.NaN) / 1000).toFixed(0)} s, ${ratio.toFixed(2)}× of ${made} calls at ${PORTAL} a second; ${lost.length} lost`,
        goal,
      ),
    ];
  }

  /** Until no queue holds anything to be worked on, or a minute is over: a run of all rows has to end. */
  async #quiet(): Promise<void> {
    await drain(this.#stack, Date.now(), Date.now() + QUIET_MS);
  }

  #event(contact: string): object {
    const [, optOut] = eventsOf(contact, registry.portal, Date.now());
    return { ...optOut, changeSource: 'EMAIL' };
  }

  async #post(events: readonly object[]): Promise<void> {
    for (;;) {
      const status = await post(this.#stack.webhooks, events);
      if (status >= 200 && status < 300) return;
      await sleep(200);
    }
  }

  async #paced(contacts: readonly string[], rate: number): Promise<Answer[]> {
    const began = performance.now();
    return Promise.all(
      contacts.map(async (contact, n) => {
        await sleep(Math.max(0, began + (n * 1000) / rate - performance.now()));
        const sent = performance.now();
        await this.#post([this.#event(contact)]);
        return { contact, acceptedAt: Date.now(), ms: performance.now() - sent };
      }),
    );
  }

  /** Milliseconds from each answer until HubSpot holds the company's last control closed. */
  async #untilClosed(answers: readonly Answer[]): Promise<number[]> {
    const deadline = Date.now() + DRAIN_MS;
    const open = new Set(answers);
    const took: number[] = [];
    while (open.size > 0 && Date.now() < deadline) {
      for (const answer of open) {
        const at = closedAt(answer.contact, this.#twin, registry);
        if (at === undefined) continue;
        open.delete(answer);
        took.push(Math.max(0, at - answer.acceptedAt));
      }
      await sleep(100);
    }
    return [...took, ...[...open].map(() => Number.POSITIVE_INFINITY)];
  }
}

type Answer = { contact: string; acceptedAt: number; ms: number };
