/** `loss`: an opt-out could be lost or not applied. `risk`: something else is wrong. `note`: good to know. */
export type Finding = { level: 'loss' | 'risk' | 'note'; what: string; mend: string };

const ORDER = { loss: 0, risk: 1, note: 2 };

/** The findings for people, the worst first. */
export function readableExamination(findings: readonly Finding[]): string {
  const lines = findings
    .toSorted((a, b) => ORDER[a.level] - ORDER[b.level])
    .map(({ level, what, mend }) => `${level.toUpperCase().padEnd(4)}  ${what}\n      mend: ${mend}`);
  const losses = findings.filter(({ level }) => level === 'loss').length;
  const verdict =
    losses === 0
      ? 'no opt-out can be lost by what was examined'
      : `${losses} findings by which an opt-out could be lost`;
  return `${lines.join('\n')}\n\n${verdict}\n`;
}
