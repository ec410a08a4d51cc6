/** The version of Widerruf, which each entry of the ledger names as its writer; the same as in package.json (test/ledger/writer.test.ts). */
export const VERSION = '0.1.0';
