import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

/** What to write instead, by the type that is expected. */
const INSTEAD: Record<string, string> = {
  string: 'write a text; in quotation marks where it looks like a number',
  number: 'write a number, without quotation marks',
  int: 'write a whole number, without quotation marks',
  boolean: 'write true or false',
  array: 'write a list: [ … ], or a line with "- " for each',
  object: 'write keys and values below it',
  record: 'write keys and values below it',
};

/** How to mend what a schema refuses, in words. `key`: the last part of the place. */
export function mendOf(issue: Issue, key: string): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return `add ${key}: it has no default`;
      return INSTEAD[issue.expected] ?? `write ${issue.expected}`;
    case 'invalid_union':
      return 'write one of the values that the message names';
    case 'invalid_value':
      return `write one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `write a value above ${issue.inclusive === true ? `or equal to ${String(issue.minimum)}` : String(issue.minimum)}`;
    case 'too_big':
      return `write a value up to ${String(issue.maximum)}`;
    default:
      return 'write it as the message says';
  }
}
