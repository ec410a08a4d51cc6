#!/usr/bin/env node
import { endQuietlyOnBrokenPipes, failed } from './commands/failure.ts';
import { createProgram } from './program.ts';

endQuietlyOnBrokenPipes(process.stdout, process.stderr);
try {
  await createProgram().parseAsync();
} catch (error) {
  failed(error);
}
