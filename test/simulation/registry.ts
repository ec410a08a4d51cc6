import { parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import { registryText } from '../helpers/registry.ts';

/** A form with double opt-in of the second company, so that one click could mean either. */
export const DOUBLE_OPT_IN_OF_OTHER = '00000000-0000-4000-8000-000000000005';

/**
 * The small portal of the tests, with a confirmation time that a run can wait for. Lost returns are recovered, so that a run can tell
 * whether everything that HubSpot lists has come to its end.
 */
export const registryFile =
  parseRegistry(`${registryText}  - { id: ${DOUBLE_OPT_IN_OF_OTHER}, company: theatre, doubleOptIn: true }
policy:
  confirmationTimeout: PT2H
  recoverReturns: true
`);
export const registry = arrangeRegistry(registryFile);
