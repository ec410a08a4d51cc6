import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import type { Part } from '../../src/hubspot/unseen.ts';
import type { DoctorTexts } from '../texts/words.ts';
import type { Finding } from './finding.ts';

/** What a list of the portal does not show: `part` names the list, `key` what was looked for, `finding` what is wrong if it is gone. */
export type NotListed = { part: Part; key: string; finding: Finding };

/** What is not listed is gone only where the whole list could be read: otherwise it may be an entry that could not be read. */
export function missing({ part, key, finding }: NotListed, { unseen }: PortalInfo, t: DoctorTexts): Finding {
  const isWhole = unseen.every((one) => one.part !== part);
  return isWhole ? finding : { level: 'risk', what: t.notRead(key, t.part(part)), mend: t.later };
}
