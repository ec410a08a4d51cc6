import { parseArgs } from 'node:util';
import { play } from './run.ts';
import { scenarioOf } from './scenario.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } },
});
const from = Number(values.from);
let count = 0;
const began = performance.now();
let bad = 0;
for (let seed = from; seed < from + Number(values.seeds); seed++) {
  count++;
  const { violation } = await play(scenarioOf(seed));
  if (violation === undefined) continue;
  if (bad === 0) {
    const { trace } = await play(scenarioOf(seed), true);
    console.log(trace.join('\n'));
  }
  console.log(`seed ${seed}: ${violation.message}`);
  if (++bad > 5) break;
}
console.log(`${count} seeds, ${((count * 1000) / (performance.now() - began)).toFixed(1)} seeds/s`);
