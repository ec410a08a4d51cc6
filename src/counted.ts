/** A number with its noun: `1 contact`, `2 contacts`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
