import { expect, test } from 'vitest';
import { createProgress } from '../../ops/commands/progress.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

/** What a terminal shows of a line: a carriage return goes to its beginning, and what is cleared is gone. */
const shown = (written: readonly string[]) => written.join('').split('\r\u001b[K').at(-1);

test('progress is one line that goes away before anything stays', () => {
  const stream = terminal(true);
  const progress = createProgress(stream);
  progress('1000 contacts …');
  progress('20 …');
  expect(shown(stream.written)).toBe('20 …');
  progress.clear();
  expect(shown(stream.written)).toBe('');
  progress.clear();
  expect(stream.written).toHaveLength(3);
});

test('nothing is shown where nobody looks', () => {
  const stream = terminal(false);
  const progress = createProgress(stream);
  progress('1000 contacts …');
  progress.clear();
  expect(stream.written).toEqual([]);
});
