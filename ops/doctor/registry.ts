import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { findGaps } from '../../src/workers/audit/coverage.ts';
import { examineBrands, examineControls, examineProtectedTypes, examineWatchedProperties } from './controls.ts';
import type { Finding } from './finding.ts';
import { examineForms } from './forms.ts';

/** Is this portal what the registry says? Pure. */
export function examineRegistry(info: PortalInfo, registry: Registry): Finding[] {
  return [
    ...examineControls(info, registry),
    ...examineBrands(info, registry),
    ...examineWatchedProperties(info, registry),
    ...examineProtectedTypes(info, registry),
    ...examineForms(info, registry),
    ...examineGaps(info, registry),
    ...examineVisibility(info),
  ];
}

/** What the portal has and the registry does not know. */
function examineGaps(info: PortalInfo, registry: Registry): Finding[] {
  const mend = 'put it into the registry and deploy (docs/runbook.md, registry gaps)';
  // `examineControls` names unwritable properties, each with its own mend.
  const gaps = findGaps(info, registry).filter(({ kind }) => kind !== 'unwritable-property');
  return gaps.map(({ kind, what }) => ({ level: 'risk', what: `${kind}: ${what}`, mend }));
}

/** What the token may not see was not examined. */
function examineVisibility(info: PortalInfo): Finding[] {
  const unseen = (['properties', 'forms', 'emails'] as const).filter((part) => info[part] === undefined);
  if (unseen.length === 0) return [];
  const mend = 'grant crm.schemas.contacts.read, forms, content, to have them checked';
  return [{ level: 'note', what: `not visible to the token: ${unseen.join(', ')}`, mend }];
}
