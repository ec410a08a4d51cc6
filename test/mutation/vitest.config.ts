import { defineConfig } from 'vitest/config';

/** The tests that Stryker runs against each mutant: those of the pure core and of what it is planned into. */
export default defineConfig({
  test: {
    include: [
      'test/rules/**/*.test.ts',
      'test/workers/converge/{converge,identify,property-history}.test.ts',
      'test/ops/plan.test.ts',
      'test/workers/audit/*.test.ts',
    ],
    testTimeout: 60_000,
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
  },
});
