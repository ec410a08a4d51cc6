import { expect, test } from 'vitest';
import { examineRegistry } from '../../ops/doctor/registry.ts';
import { doctorTexts } from '../../ops/texts/words.ts';
import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import { changedRegistry, forms } from '../helpers/registry.ts';

const registry = changedRegistry(['subscription: { id: 601 }', 'subscription: { id: 601, property: optout_theatre }']);
const empty: PortalInfo = { types: [], properties: [], forms: [], emails: [], unseen: [] };
const about = (key: string, unseen: PortalInfo['unseen']) =>
  examineRegistry({ ...empty, unseen }, registry, doctorTexts.en).flatMap(({ level, what }) =>
    what.includes(key) ? [`${level}: ${what}`] : [],
  );
const why = '1 entry has an unknown shape';

test.each([
  ['types', 'subscription:511', 'loss: subscription:511 of museum does not exist in the portal'],
  ['types', 'subscription:9001', 'risk: protected subscription:9001 does not exist in the portal'],
  ['properties', 'property:block_gallery', 'loss: property:block_gallery of museum does not exist in the portal'],
  ['properties', 'optout_theatre', 'loss: the watched property optout_theatre does not exist'],
  ['forms', forms.doubleOptIn, `risk: form ${forms.doubleOptIn} does not exist in the portal`],
] as const)('of the list of %s, read in part only, nobody can say that %s is not there', (part, key, ifGone) => {
  expect(about(key, [])).toEqual([ifGone]);
  expect(about(key, [{ part: 'emails', why }])).toEqual([ifGone]);
  const notRead = `risk: ${key} could not be read: of HubSpot’s list of ${part} only a part could be read`;
  expect(about(key, [{ part, why }])).toEqual([notRead]);
});
