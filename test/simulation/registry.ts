import { parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import { registryText } from '../helpers/registry.ts';

/** The small portal of the tests, with a confirmation time that a run can wait for. */
export const registryFile = parseRegistry(`${registryText}policy:\n  confirmationTimeout: PT2H\n`);
export const registry = arrangeRegistry(registryFile);
