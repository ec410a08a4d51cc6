import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import type { Part } from '../../src/hubspot/unseen.ts';
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

/** Scopes that the parts need, where the token's own scopes may leave a part out. */
const SCOPES: Partial<Record<Part, string>> = {
  types: 'communication_preferences.read_write',
  properties: 'crm.objects.contacts.read',
  forms: 'forms',
  emails: 'content',
};

/** What HubSpot does not show was not examined. Without the subscription types hardly anything was. */
function examineVisibility({ unseen }: PortalInfo): Finding[] {
  return unseen.map(({ part, why }) => ({
    level: part === 'types' ? 'loss' : 'note',
    what: `not seen, and so not examined: ${part} (${why})`,
    mend: /403/.test(why)
      ? `grant the scope ${SCOPES[part]}, update the app’s installation, renew the token`
      : 'run doctor again later; if it stays so, HubSpot has changed this endpoint',
  }));
}
