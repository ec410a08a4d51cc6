import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';

/**
 * Each file of tests has its own folder for temporary files, which is gone when the file's tests are done: what they make with mkdtemp, and
 * what CDK and the programs that they start leave there. The hook was declared first, so it runs last.
 */
const folder = mkdtempSync(join(inject('temporary'), 'file-'));
process.env['TMPDIR'] = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
