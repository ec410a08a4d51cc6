import { OperatorError } from '../connect.ts';

/** Lets somebody act on the local HubSpot twin. @throws OperatorError where HubSpot is no twin, or refuses the action. */
export async function act(twin: string, action: string, argument: Record<string, unknown>): Promise<{ id?: string }> {
  const request = { method: 'POST', body: JSON.stringify(argument) };
  const response = await fetch(`${twin}/twin/${action}`, request).catch(() => undefined);
  const answer = (await response?.json().catch(() => undefined)) as { id?: string; error?: string } | undefined;
  if (response?.status === 200) return answer ?? {};
  throw new OperatorError((t) => t.noTwin(twin, action, answer?.error));
}

const NAMES = ['anna', 'berta', 'clemens', 'dora', 'emil', 'franziska', 'georg', 'hanna', 'ivan', 'johanna'];

/** The address of the nth person of a seed: the same seed gives the same people. */
export function addressOf(seed: number, n: number): string {
  const name = NAMES[(seed * 7 + n) % NAMES.length] ?? 'anna';
  return `${name}.${seed}.${n}@example.at`;
}
