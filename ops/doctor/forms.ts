import type { PortalInfo } from '../../src/hubspot/portal-info.ts';
import type { RegisteredForm, Registry } from '../../src/registry/registry.ts';
import type { Finding } from './finding.ts';

/** Does each form of the registry exist in the portal, and does a submission prove anything? */
export function examineForms({ forms }: PortalInfo, registry: Registry): Finding[] {
  if (forms === undefined) return [];
  return [...registry.forms.values()].flatMap((form) => [
    ...examineConsent(
      form,
      forms.find(({ id }) => id === form.id),
    ),
    ...examineDoubleOptIn(form),
  ]);
}

function examineConsent({ id }: RegisteredForm, found: { consent: string } | undefined): Finding[] {
  if (found === undefined) {
    const what = `form ${id} does not exist in the portal`;
    return [{ level: 'risk', what, mend: 'correct the id in the registry' }];
  }
  if (found.consent !== 'legitimate_interest' && found.consent !== 'none') return [];
  const what = `form ${id} asks for no consent (${found.consent}): a submission proves nothing`;
  return [{ level: 'risk', what, mend: 'add a consent checkbox to the form' }];
}

function examineDoubleOptIn({ id, doubleOptIn }: RegisteredForm): Finding[] {
  if (doubleOptIn) return [];
  const mend = 'anyone can type a stranger’s address into it; be ready to answer for that';
  return [{ level: 'note', what: `form ${id} does without double opt-in`, mend }];
}
