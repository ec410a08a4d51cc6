import { registerHooks } from 'node:module';
import type { Verdict } from '../../../src/rules/decision.ts';
import type { Dossier, Step } from '../../../src/rules/next-step.ts';
import type { ContactState } from '../../../src/rules/state.ts';

/** Told of every verdict of the rules, and of every step of the planner. */
export type Observer = {
  decided: (verdict: Verdict, state: ContactState) => void;
  stepped: (step: Step, dossier: Dossier) => void;
};

/** The functions that are listened to, by the file that has them, and what the observer is told of each call. */
const WATCHED = [
  { file: 'src/rules/decide.ts', name: 'decide', tell: 'observer.decided(result, given[0])' },
  { file: 'src/rules/next-step.ts', name: 'nextStep', tell: 'observer.stepped(result, given[0])' },
] as const;

/** Listens to the code under test from here on; to be called before that code is imported. @throws Error when the code has changed. */
export function instrument(observer: Observer): void {
  Object.assign(globalThis, { simulationObserver: observer });
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const watched = WATCHED.find(({ file }) => url.endsWith(`/${file}`));
      if (watched === undefined) return loaded;
      const source = String(loaded.source instanceof Uint8Array ? Buffer.from(loaded.source) : loaded.source);
      return { ...loaded, source: listened(source, watched) };
    },
  });
}

function listened(source: string, { file, name, tell }: (typeof WATCHED)[number]): string {
  const declared = `export function ${name}(`;
  if (!source.includes(declared)) throw new Error(`${file} no longer declares ${name}`);
  const wrapper = `export function ${name}(...given) {
  const result = listenedTo(...given);
  const observer = globalThis.simulationObserver;
  ${tell};
  return result;
}
function listenedTo(`;
  return source.replace(declared, wrapper);
}
