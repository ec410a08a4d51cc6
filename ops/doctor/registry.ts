import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import type { Part } from '../../src/hubspot/unseen.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { findGaps } from '../../src/workers/audit/coverage.ts';
import type { DoctorTexts } from '../texts/words.ts';
import { examineBrands, examineControls, examineProtectedTypes, examineWatchedProperties } from './controls.ts';
import type { Finding } from './finding.ts';
import { examineForms } from './forms.ts';

/** Is this portal what the registry says? Pure. */
export function examineRegistry(info: PortalInfo, registry: Registry, t: DoctorTexts): Finding[] {
  return [
    ...examineControls(info, registry, t),
    ...examineBrands(info, registry, t),
    ...examineWatchedProperties(info, registry, t),
    ...examineProtectedTypes(info, registry, t),
    ...examineForms(info, registry, t),
    ...examineGaps(info, registry, t),
    ...examineVisibility(info, t),
  ];
}

/** What the portal has and the registry does not know. */
function examineGaps(info: PortalInfo, registry: Registry, t: DoctorTexts): Finding[] {
  // `examineControls` names unwritable properties, each with its own mend.
  const gaps = findGaps(info, registry).filter(({ kind }) => kind !== 'unwritable-property');
  return gaps.map(({ kind, what }) => ({ level: 'risk', what: t.gap(t.kind(kind), t.why(what)), mend: t.fillGap }));
}

/** Scopes that the parts need, where the token's own scopes may leave a part out. */
const SCOPES: Partial<Record<Part, string>> = {
  types: 'communication_preferences.read_write',
  properties: 'crm.objects.contacts.read',
  forms: 'forms',
  emails: 'content',
};

/** What HubSpot does not show was not examined. Without the subscription types hardly anything was. */
function examineVisibility({ unseen }: PortalInfo, t: DoctorTexts): Finding[] {
  return unseen.map(({ part, why }) => ({
    level: part === 'types' ? 'loss' : 'note',
    what: t.unseen(t.part(part), t.why(why)),
    mend: /403/.test(why) ? t.grant(SCOPES[part] ?? part) : t.later,
  }));
}
