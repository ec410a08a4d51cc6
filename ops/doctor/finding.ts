import type { DoctorTexts } from '../texts/words.ts';

/** `loss`: an opt-out could be lost or not applied. `risk`: something else is wrong. `note`: good to know. What was found and the mend are told in the reader's language. */
export type Finding = { level: 'loss' | 'risk' | 'note'; what: string; mend: string };

const ORDER = { loss: 0, risk: 1, note: 2 };

/** The findings for people, the worst first. */
export function readableExamination(findings: readonly Finding[], t: DoctorTexts): string {
  const width = Math.max(...Object.values(t.levels).map((level) => level.length));
  const lines = findings
    .toSorted((a, b) => ORDER[a.level] - ORDER[b.level])
    .map(
      ({ level, what, mend }) => `${t.levels[level].padEnd(width)}  ${what}\n${' '.repeat(width)}  ${t.mend}: ${mend}`,
    );
  const losses = findings.filter(({ level }) => level === 'loss').length;
  const verdict = losses === 0 ? t.noLoss : t.losses(losses);
  return `${lines.join('\n')}\n\n${verdict}\n`;
}
