/**
 * A message's body: JSON in ASCII. SQS refuses characters that XML 1.0 has not (U+FFFE, U+FFFF), and with them the whole
 * message, however often it is sent (SQS API reference, SendMessage).
 */
export function writeBody(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
