import { registerHooks } from 'node:module';
import { mutations } from './mutations.ts';

/** Makes the code under test wrong from here on; to be called before it is imported. @throws Error when the code has changed. */
export function mutate(name: string): void {
  const mutation = mutations.find((one) => one.name === name);
  if (mutation === undefined)
    throw new Error(`no mutation ${name}; there are: ${mutations.map((one) => one.name).join(', ')}`);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(`/${mutation.file}`)) return loaded;
      const source = String(loaded.source instanceof Uint8Array ? Buffer.from(loaded.source) : loaded.source);
      if (!source.includes(mutation.find))
        throw new Error(`mutation ${name}: ${mutation.file} no longer holds its text`);
      return { ...loaded, source: source.replace(mutation.find, mutation.replace) };
    },
  });
}
