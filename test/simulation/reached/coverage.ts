import type { Verdict } from '../../../src/rules/decision.ts';
import type { Dossier, Step, Write } from '../../../src/rules/next-step.ts';
import type { ContactState } from '../../../src/rules/state.ts';
import type { World } from '../world/world.ts';
import type { Observer } from './instrument.ts';
import { PHASES, type Phase, phaseOf } from './phases.ts';

/** No fault has struck since the last calm. */
export const NO_FAULT = 'none';
/** Counts once whatever has struck. */
const ANY = 'any';

/** Counts as plain data: what was met, in which phase, with which fault, how often. */
export type Kept = [row: string, phase: Phase, fault: string, n: number][];

/** Something that was met `n` times. */
export type Seldom = { name: string; n: number; seeds: readonly number[] };

/** So many seeds are kept for each meeting. */
const SEEDS_KEPT = 3;
const nameOfMeeting = (row: string, phase: Phase, fault: string) => `${row}, ${phase}, ${fault}`;

/** How often each rule and outcome was met, by phase and by the faults that had struck in the play since its last calm. */
export class Coverage implements Observer {
  /** What was met (`row`), by phase, by fault. */
  readonly counts = new Map<string, Map<Phase, Map<string, number>>>();
  readonly faults = new Set<string>([NO_FAULT]);
  /** The first seeds that met something, by what. */
  readonly #seeds = new Map<string, number[]>();
  #seed = 0;
  #struck = new Set<string>([NO_FAULT]);
  #world: Pick<World, 'queues'> | undefined;
  #clause: string | undefined;

  /** The plays that follow are of a seed's scenario. */
  readonly playing = (seed: number): void => {
    this.#seed = seed;
  };

  /** A play begins. */
  readonly begins = (world: Pick<World, 'queues'>): void => {
    this.#world = world;
    this.calmed();
  };

  /** A fault strikes. */
  readonly strikes = (fault: string): void => {
    if (this.#struck.has(fault)) return;
    this.#struck.delete(NO_FAULT);
    this.#struck.add(fault);
    this.faults.add(fault);
  };

  /** What struck before has come to its end. */
  readonly calmed = (): void => {
    this.#struck = new Set([NO_FAULT]);
  };

  /** A clause answers; the verdict follows. */
  readonly answered = (clause: string): void => {
    this.#clause = clause;
  };

  readonly decided = (verdict: Verdict, state: ContactState): void => {
    this.#meet(`${this.#clause ?? 'decide'} → ${nameOf(verdict)}`, state);
    this.#clause = undefined;
  };

  readonly stepped = (step: Step, { state }: Dossier): void => {
    for (const name of new Set(namesOf(step))) this.#meet(`nextStep → ${name}`, state);
  };

  count(row: string, phase: Phase, fault: string): number {
    return this.counts.get(row)?.get(phase)?.get(fault) ?? 0;
  }

  /** How often a row was met in a phase, whatever had struck. */
  total(row: string, phase: Phase): number {
    return this.count(row, phase, ANY);
  }

  /** What was met less than `enough` times with a fault, each with the first seeds that met it. */
  seldom(enough: number): Seldom[] {
    return this.kept().flatMap(([row, phase, fault, n]) => {
      const name = nameOfMeeting(row, phase, fault);
      return fault === ANY || n >= enough ? [] : [{ name, n, seeds: this.#seeds.get(name) ?? [] }];
    });
  }

  kept(): Kept {
    return [...this.counts].flatMap(([row, phases]) =>
      [...phases].flatMap(([phase, faults]) => [...faults].map(([fault, n]): Kept[number] => [row, phase, fault, n])),
    );
  }

  /** Adds what another run met. */
  add(kept: Kept): void {
    for (const [row, phase, fault, n] of kept) {
      if (fault !== ANY) this.faults.add(fault);
      this.#count(row, phase, fault, n);
    }
  }

  #meet(row: string, state: ContactState): void {
    const phase = phaseOf(state, this.#isAuditRunning);
    for (const fault of [ANY, ...this.#struck]) this.#count(row, phase, fault, 1);
  }

  #count(row: string, phase: Phase, fault: string, n: number): void {
    const phases = this.counts.get(row) ?? new Map(PHASES.map((one) => [one, new Map<string, number>()]));
    this.counts.set(row, phases);
    const faults = phases.get(phase) as Map<string, number>;
    faults.set(fault, (faults.get(fault) ?? 0) + n);
    this.#noteSeed(nameOfMeeting(row, phase, fault));
  }

  #noteSeed(name: string): void {
    const known = this.#seeds.get(name) ?? [];
    if (known.length < SEEDS_KEPT && !known.includes(this.#seed)) this.#seeds.set(name, [...known, this.#seed]);
  }

  /** Each audit is a message until it has finished. */
  readonly #isAuditRunning = (): boolean => (this.#world?.queues.get('audit')?.messages.length ?? 0) > 0;
}

function nameOf(verdict: Verdict): string {
  if (verdict.kind === 'recorded') return `${verdict.decision.rule} ${verdict.decision.outcome}`;
  return verdict.kind === 'ignored' ? `ignored as ${verdict.because}` : verdict.kind;
}

/** What a step does: each kind of decision that it records, each kind of write. */
function namesOf(step: Step): string[] {
  if (step.do === 'record') return step.decisions.map(({ rule, outcome }) => `record ${rule} ${outcome}`);
  return step.do === 'write' ? writesOf(step) : [step.do];
}

function writesOf({ plan, also }: Write): string[] {
  const names = [
    ...plan.writes.map(({ because, control }) => {
      if (because.to === 'closed') return 'close';
      return because.to === 'restored' ? 'restore' : control.brand === undefined ? 'lift' : 'open what the form names';
    }),
    ...also.map(() => 'close at another address'),
    ...plan.deferred.map(() => 'leave open during a grace'),
  ];
  return names.length === 0 ? ['confirm'] : names;
}
