import { delimiter } from 'node:path';

/** The environment of a shell outside of npm's scripts: npm hands its own settings, and the way to its Node 24, down to them. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const path = env['PATH']?.split(delimiter).filter((part) => !part.includes('node_modules'));
  return { ...env, PATH: path?.join(delimiter) };
}
