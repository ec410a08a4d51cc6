import { useEffect, useRef, useState } from 'preact/hooks';
import { ask } from './api.js';

const listeners = new Set();
let isConnected = false;

/** One connection for the whole page; the browser itself connects again when the server comes back. */
function connect() {
  const source = new EventSource('/events');
  const tell = (message) => {
    for (const listener of listeners) listener(message);
  };
  const toldOnline = (is) => {
    isConnected = is;
    tell({ kind: 'connection' });
  };
  source.addEventListener('changed', ({ data }) => tell({ kind: 'changed', contacts: JSON.parse(data) }));
  source.addEventListener('pulse', ({ data }) => tell({ kind: 'pulse', ...JSON.parse(data) }));
  source.onopen = () => toldOnline(true);
  source.onerror = () => toldOnline(false);
}

/** Hears every server-sent event while the component is shown. */
export function useEvents(hear) {
  const newest = useRef(hear);
  newest.current = hear;
  useEffect(() => {
    if (listeners.size === 0) connect();
    const listener = (message) => newest.current(message);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
}

export function useConnected() {
  const [is, set] = useState(isConnected);
  useEvents(({ kind }) => kind === 'connection' && set(isConnected));
  return is;
}

const PAUSE_MS = 250;

/**
 * What the server answers to a path, asked again whenever an event matters. At most one question is under way: a flood of events
 * costs four questions a second.
 */
export function useAnswer(path, matters) {
  const [answer, setAnswer] = useState();
  const [error, setError] = useState();
  const asking = useRef({ path, running: false, again: false });
  const load = async () => {
    const state = asking.current;
    if (state.running) {
      state.again = true;
      return;
    }
    state.running = true;
    do {
      state.again = false;
      const asked = state.path;
      try {
        const found = await ask(asked);
        if (asked === state.path) setAnswer(found);
        setError(undefined);
      } catch (failure) {
        setError(failure.message);
      }
      if (state.again) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    } while (state.again);
    state.running = false;
  };
  useEffect(() => {
    asking.current.path = path;
    void load();
  }, [path]);
  useEvents((message) => {
    const isBack = message.kind === 'connection' && isConnected;
    if (isBack || matters(message, answer)) void load();
  });
  return { answer, error, reload: load };
}
