import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: './test/helpers/synthesize-once.ts',
    setupFiles: './test/helpers/own-temporary-folder.ts',
    // End-to-end tests start the whole local stack; nothing in a test depends on how fast it is.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // They mostly wait, so more of them may run than there are processors.
    maxWorkers: 4,
    reporters: ['default', './test/helpers/closing-line.ts'],
    env: { POWERTOOLS_DEV: 'false', POWERTOOLS_METRICS_DISABLED: 'true', POWERTOOLS_LOG_LEVEL: 'SILENT' },
  },
});
