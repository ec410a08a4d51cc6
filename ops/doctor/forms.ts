import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import { companyOf, type RegisteredForm, type Registry } from '../../src/registry/registry.ts';
import type { Finding } from './finding.ts';

/** Does each form of the registry exist in the portal, and does a submission prove anything? */
export function examineForms({ forms }: PortalInfo, registry: Registry): Finding[] {
  if (forms === undefined) return [];
  return [...registry.forms.values()].flatMap((form) => [
    ...examineConsent(
      form,
      forms.find(({ id }) => id === form.id),
      registry,
    ),
    ...examineDoubleOptIn(form),
  ]);
}

type Found = NonNullable<PortalInfo['forms']>[number];

function examineConsent({ id, company }: RegisteredForm, found: Found | undefined, registry: Registry): Finding[] {
  if (found === undefined) {
    const what = `form ${id} does not exist in the portal`;
    return [{ level: 'risk', what, mend: 'correct the id in the registry' }];
  }
  if (!found.published) {
    const what = `form ${id} is archived or not published: nobody can come back by it`;
    return [{ level: 'risk', what, mend: 'publish the form, or take it out of the registry' }];
  }
  if (found.consent === 'legitimate_interest' || found.consent === 'none') {
    const what = `form ${id} asks for no consent (${found.consent}): a submission proves nothing`;
    return [{ level: 'risk', what, mend: 'add a consent checkbox to the form' }];
  }
  const { name, own } = companyOf(registry, company);
  if (own.control.kind !== 'subscription' || found.subscriptions.includes(own.control.id)) return [];
  const what = `form ${id} has no consent checkbox for the subscription type ${own.control.id} of ${name}`;
  return [{ level: 'risk', what, mend: 'bind a consent checkbox of the form to that type' }];
}

function examineDoubleOptIn({ id, doubleOptIn }: RegisteredForm): Finding[] {
  if (doubleOptIn) return [];
  const mend = 'anyone can type a stranger’s address into it; be ready to answer for that';
  return [{ level: 'note', what: `form ${id} does without double opt-in`, mend }];
}
