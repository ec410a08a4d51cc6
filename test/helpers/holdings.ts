import type { Holding } from '../../src/rules/state.ts';
import { timed } from './state.ts';

/** `A@0 B@20`: the addresses that a record held, oldest first, and since when; `unit`: what a time is counted in, ms. */
export const holdings = (text: string, unit = 1): Holding[] =>
  text.split(' ').flatMap((one) => {
    const [hash = '', from] = one.split('@');
    return hash === '' ? [] : timed<Holding[]>([{ hash, from: Number(from) * unit }]);
  });
