import { severityTexts, textsOfAlarm } from '../../infra/observability/alarm-texts.ts';
import { titleIn } from '../../infra/observability/texts.ts';
import type { Language } from '../../ops/texts/words.ts';
import { type AlarmProperties, type AlarmState, alarmState } from '../aws/alarms.ts';
import type { Cloud } from '../aws/cloud.ts';
import { statistic } from '../aws/cloudwatch.ts';
import { type Line, type Widget, widgetsOf } from '../aws/dashboard.ts';

/** Bins of the time axis, and the shortest and longest time that it shows. */
const BINS = 60;
const SHORTEST_MS = 2 * 60_000;
const LONGEST_MS = 60 * 60_000;

/** A line's value for each moment of the axis; null: nothing was measured then. `now`: over the widget's last period. */
type Drawn = { label: string; values: (number | null)[]; now: number | null };
export type DashboardState = {
  /** Ends of the bins, in seconds since 1970. */
  times: number[];
  widgets: (Omit<Widget, 'lines'> & { lines: Drawn[] })[];
  alarms: AlarmShown[];
  schedules: { name: string; next: string | null }[];
};
export type AlarmShown = {
  /** The alarm's name in AWS. */
  name: string;
  title: string;
  state: AlarmState;
  meaning: string;
  /** Anchor of the alarm's section in the runbook; missing for alarms that tell CodeDeploy and no person. */
  runbook?: string;
};
type Axis = { start: number; binMs: number; now: number };

/** The synthesized dashboard, drawn from what was measured since the start, told in a language. `now`: ms. */
export function dashboardOf(
  { dashboards, alarms, metrics, schedules }: Cloud,
  now: number,
  language: Language,
): DashboardState {
  const first = Math.min(now, ...metrics.all().map(({ times }) => times[0] ?? now));
  const length = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, now - first));
  const axis: Axis = { start: now - length, binMs: length / BINS, now };
  return {
    times: Array.from({ length: BINS }, (_, i) => (axis.start + (i + 1) * axis.binMs) / 1000),
    widgets: dashboards
      .flatMap((body) => widgetsOf(body, metrics))
      .map(({ lines, title, ...widget }) => ({
        ...widget,
        title: titleIn(language, title),
        lines: lines.map((line) => drawn(line, axis, widget.period)),
      })),
    alarms: alarms.map((alarm) => shown(alarm, alarmState(alarm, metrics, now), language)),
    schedules: [...schedules.values()].map(({ name, next }) => ({ name, next: next()?.toISOString() ?? null })),
  };
}

function drawn({ label, stat, series }: Line, { start, binMs, now }: Axis, periodS: number): Drawn {
  const bins: number[][] = Array.from({ length: BINS }, () => []);
  for (const [i, at] of series.times.entries()) {
    bins[Math.min(BINS - 1, Math.floor((at - start) / binMs))]?.push(series.values[i] ?? 0);
  }
  const recent = series.values.filter((_, i) => (series.times[i] ?? 0) > now - periodS * 1000);
  return { label, values: bins.map((bin) => summedUp(bin, stat)), now: summedUp(recent, stat) };
}

/** Nothing counted is 0; of nothing measured there is no greatest and no percentile. */
function summedUp(values: readonly number[], stat: string): number | null {
  return values.length === 0 && stat !== 'Sum' ? null : statistic(values, stat);
}

function shown(
  { AlarmName: name, AlarmDescription }: AlarmProperties,
  state: AlarmShown['state'],
  language: Language,
): AlarmShown {
  const [, described = AlarmDescription, runbook] = /^(.*?)\s*\S+#([a-z0-9-]+)$/s.exec(AlarmDescription) ?? [];
  const texts = textsOfAlarm(name, language) ?? { name, meaning: described };
  const [title, meaning] = [texts.name, `${urgencyOf(described, language)}${texts.meaning}`];
  return { name, title, state, meaning, ...(runbook !== undefined && { runbook }) };
}

/** Who must look, and how soon, as the alarm's description says in the language in which it was deployed. */
function urgencyOf(described: string, language: Language): string {
  const severities = Object.keys(severityTexts.en) as (keyof typeof severityTexts.en)[];
  const severity = severities.find((one) =>
    Object.values(severityTexts).some((texts) => described.startsWith(`${texts[one]}: `)),
  );
  return severity === undefined ? '' : `${severityTexts[language][severity]}: `;
}
