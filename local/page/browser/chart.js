import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { html } from './html.js';
import { moment } from './language.js';

/** Colours that stand out on white and from each other; lines differ by their dashes as well. */
const COLOURS = ['#1f3a5f', '#b45309', '#2f7d4a', '#8f1d1d', '#6b21a8', '#0e7490', '#4d5b00', '#9d174d'];
const DASHES = [[], [8, 4], [2, 3], [12, 3, 3, 3]];
const HEIGHT = 170;

export const colourOf = (i) => COLOURS[i % COLOURS.length];
export const dashOf = (i) => DASHES[i % DASHES.length];

/** Lines over time. `times`: seconds since 1970; each line has a value or null for each of them. */
export function Chart({ times, lines }) {
  const place = useRef();
  const plot = useRef();
  const kind = lines.map(({ label }) => label).join();
  useEffect(() => {
    const { clientWidth: width } = place.current;
    plot.current = new uPlot(optionsOf(lines, width), [times, ...lines.map(({ values }) => values)], place.current);
    const watcher = new ResizeObserver(([{ contentRect }]) =>
      plot.current.setSize({ width: contentRect.width, height: HEIGHT }),
    );
    watcher.observe(place.current);
    return () => {
      watcher.disconnect();
      plot.current.destroy();
    };
  }, [kind]);
  useEffect(() => plot.current.setData([times, ...lines.map(({ values }) => values)]), [times]);
  return html`<div class="chart" ref=${place} aria-hidden="true"></div>`;
}

function optionsOf(lines, width) {
  const clock = (seconds) => moment(seconds * 1000, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(1, (high ?? 1) * 1.1)] } },
    axes: [{ values: (_, splits) => splits.map(clock), space: 80 }, { size: 60 }],
    series: [
      {},
      ...lines.map(({ label }, i) => ({
        label,
        stroke: colourOf(i),
        dash: dashOf(i),
        width: 2,
        points: { show: true, size: 6, filter: lonely },
      })),
    ],
  };
}

/** A value without neighbours makes no line: it gets a point. */
function lonely({ data }, series) {
  const values = data[series];
  const isThere = (i) => values[i] !== null && values[i] !== undefined;
  return values.flatMap((_, i) => (isThere(i) && !isThere(i - 1) && !isThere(i + 1) ? [i] : []));
}
