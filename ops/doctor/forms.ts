import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import { companyOf, type RegisteredForm, type Registry } from '../../src/registry/registry.ts';
import type { DoctorTexts } from '../texts/words.ts';
import type { Finding } from './finding.ts';
import { missing } from './missing.ts';

/** Does each form of the registry exist in the portal, and does a submission prove anything? */
export function examineForms(info: PortalInfo, registry: Registry, t: DoctorTexts): Finding[] {
  const { forms } = info;
  if (forms === undefined) return [];
  return [...registry.forms.values()].flatMap((form) => {
    const found = forms.find(({ id }) => id === form.id);
    const consent = found === undefined ? [unlisted(form, info, t)] : examineConsent({ form, found }, registry, t);
    return [...consent, ...examineDoubleOptIn(form, t)];
  });
}

type Found = NonNullable<PortalInfo['forms']>[number];

function unlisted({ id }: RegisteredForm, info: PortalInfo, t: DoctorTexts): Finding {
  const finding = { level: 'risk' as const, what: t.formMissing(id), mend: t.correctId };
  return missing({ part: 'forms', key: id, finding }, info, t);
}

function examineConsent(
  { form: { id, company }, found }: { form: RegisteredForm; found: Found },
  registry: Registry,
  t: DoctorTexts,
): Finding[] {
  if (!found.published) return [{ level: 'risk', what: t.formUnpublished(id), mend: t.publish }];
  if (found.consent === 'legitimate_interest' || found.consent === 'none') {
    return [{ level: 'risk', what: t.noConsent(id, found.consent), mend: t.addConsent }];
  }
  const { name, own } = companyOf(registry, company);
  if (own.control.kind !== 'subscription' || found.subscriptions.includes(own.control.id)) return [];
  return [{ level: 'risk', what: t.noBox(id, own.control.id, name), mend: t.bindBox }];
}

function examineDoubleOptIn({ id, doubleOptIn }: RegisteredForm, t: DoctorTexts): Finding[] {
  if (doubleOptIn) return [];
  return [{ level: 'note', what: t.noDoubleOptIn(id), mend: t.strangers }];
}
