/** JSON.rawJSON, which TypeScript does not know yet: goes into a JSON text as it stands. */
const { rawJSON } = JSON as typeof JSON & { rawJSON: (text: string) => object };

/** An id as HubSpot's events write it: a JSON number, also where no JavaScript number holds it exactly (over 2^53). */
export function idNumber(id: string): number | object {
  return Number.isSafeInteger(Number(id)) ? Number(id) : rawJSON(id);
}

/** Sorts ids in ascending order: less than 0 where `a` is the smaller one. An id has no leading zeros. */
export function compareIds(a: string, b: string): number {
  if (a === b) return 0;
  const isSmaller = a.length === b.length ? a < b : a.length < b.length;
  return isSmaller ? -1 : 1;
}

/** The id `count` after an id. */
export function idAfter(id: string, count: number): string {
  return String(BigInt(id) + BigInt(count));
}
