import { createInterface } from 'node:readline/promises';
import { OperatorError } from '../connect.ts';

/** Whether an answer agrees, in English or German. Nothing typed does not. */
export const isYes = (answer: string): boolean => /^(y|yes|j|ja)$/i.test(answer.trim());

/** Asks a person at the terminal and gives what was typed. @throws OperatorError when nobody is there. */
export async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new OperatorError((t) => t.nobodyToAsk);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(question);
  asking.close();
  return answer;
}
