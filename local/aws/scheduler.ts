import { Cron } from 'croner';

export type ScheduleOptions = {
  name: string;
  /** EventBridge Scheduler's expression: `cron(0 2 * * ? *)` or `rate(5 minutes)`. */
  expression: string;
  timeZone: string;
  run: () => Promise<void>;
};
export type LocalSchedule = { name: string; next: () => Date | null; run: () => Promise<void>; stop(): void };

const UNIT_S: Record<string, number> = { minute: 60, hour: 3600, day: 86_400 };

/** A schedule of EventBridge Scheduler. It runs by the clock, and at once when `run` is called. */
export function startSchedule({ name, expression, timeZone, run }: ScheduleOptions): LocalSchedule {
  const job = new Cron(patternOf(expression), { timezone: timeZone, paused: false, ...intervalOf(expression) }, () => {
    run().catch(() => undefined);
  });
  return { name, next: () => job.nextRun(), run, stop: () => job.stop() };
}

/** AWS's six fields end with the year; the library's begin with seconds. */
function patternOf(expression: string): string {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields === undefined) return '* * * * * *';
  if (fields.length !== 6 || fields[5] !== '*')
    throw new Error(`template: schedule ${expression} is not known to the local stack`);
  return fields
    .slice(0, 5)
    .map((field) => (field === '?' ? '*' : field))
    .join(' ');
}

function intervalOf(expression: string): { interval?: number } {
  if (expression.startsWith('cron(')) return {};
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const seconds = UNIT_S[unit];
  if (seconds === undefined) throw new Error(`template: schedule ${expression} is not known to the local stack`);
  return { interval: Number(count) * seconds };
}
