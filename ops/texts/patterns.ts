/** English texts by pattern, and what stands for each in another language; `{1}`, `{2}` … stand for what the pattern's groups found. */
export type Patterns = readonly (readonly [RegExp, string])[];

/** The other text of the first pattern that fits; undefined where none does. `told`: what becomes of each group that was found. */
export function byPattern(text: string, patterns: Patterns, told = (part: string) => part): string | undefined {
  for (const [pattern, other] of patterns) {
    const found = pattern.exec(text);
    if (found !== null) return other.replaceAll(/\{(\d)\}/g, (_, i: string) => told(found[Number(i)] ?? ''));
  }
  return undefined;
}
