#!/usr/bin/env node
import { endQuietlyOnBrokenPipes, failed } from './commands/failure.ts';
import { createProgram, languageOf } from './program.ts';

// The AWS SDK warns on every call that it will ask for Node 22 one day: whoever updates the tool sees to that, not whoever runs it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
const language = languageOf(process.argv, process.env);
endQuietlyOnBrokenPipes(process.stdout, process.stderr);
try {
  await createProgram(language).parseAsync();
} catch (error) {
  failed(error, language);
}
