#!/usr/bin/env node
import { endQuietlyOnBrokenPipes, failed } from './commands/failure.ts';
import { createProgram } from './program.ts';

// The AWS SDK warns on every call that it will ask for Node 22 one day: whoever updates the tool sees to that, not whoever runs it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
endQuietlyOnBrokenPipes(process.stdout, process.stderr);
try {
  await createProgram().parseAsync();
} catch (error) {
  failed(error);
}
