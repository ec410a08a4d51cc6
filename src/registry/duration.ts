/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds, such as `PT10M` or `P7D`. The schema has checked the form. */
export function milliseconds(duration: string): number {
  const part = (unit: string, text: string) => Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0);
  const [date = '', time = ''] = duration.split('T');
  return (((part('D', date) * 24 + part('H', time)) * 60 + part('M', time)) * 60 + part('S', time)) * 1000;
}
