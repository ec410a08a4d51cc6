import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** What a function writes that measures ten echoes and two answers in an invocation, as Lambda's log would get it. */
function written(ending: string): Record<string, unknown>[] {
  const code = `
    import middy from '@middy/core';
    import { measured } from './functions/measured.ts';
    import { createTelemetry } from './src/telemetry/telemetry.ts';
    const telemetry = createTelemetry('decide', 'test');
    const handler = middy().use(measured(telemetry)).handler(async () => {
      for (let i = 0; i < 10; i++) telemetry.measure('SignalIgnored', 1, { because: 'own-write' });
      telemetry.measure('HubSpotAnswer', 1, { status: '200' });
      telemetry.measure('HubSpotAnswer', 1, { status: '503' });
      telemetry.measure('SignalDecided', 1);
      ${ending}
    });
    const context = { functionName: 'decide' };
    for (let i = 0; i < 2; i++) await handler({}, context).catch(() => undefined);`;
  const env = { ...process.env, POWERTOOLS_METRICS_DISABLED: 'false' };
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8', env });
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['ColdStart'] === undefined);
}

test.each(['return 1;', 'throw new Error("at the end");'])(
  'an invocation writes one line for each set of dimensions, however much it measured, and starts anew: %s',
  (ending) => {
    const lines = written(ending);
    expect(lines).toHaveLength(8);
    const invocation = [
      expect.objectContaining({ because: 'own-write', SignalIgnored: Array(10).fill(1), stage: 'test' }),
      expect.objectContaining({ status: '200', HubSpotAnswer: 1 }),
      expect.objectContaining({ status: '503', HubSpotAnswer: 1 }),
      expect.objectContaining({ service: 'decide', SignalDecided: 1 }),
    ];
    expect(lines).toEqual([...invocation, ...invocation]);
  },
);
