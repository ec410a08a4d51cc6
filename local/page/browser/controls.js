import { currentLanguage, t } from './language.js';

/** Every control of the registry, company by company, with the name that the operator's tool gives it. */
export function controlsOf(layout) {
  return layout.companies.flatMap((company) =>
    company.columns.flatMap(({ controls }) =>
      controls.map(({ key }) => ({ key, name: called(layout).controls[key], company: company.name })),
    ),
  );
}

/** Only those that a mail's link or the preference page can change. */
export function subscriptionsOf(layout) {
  const buyers = layout.protectedTypes.map(({ id, name }) => ({ id, name, company: t('buyers') }));
  const types = controlsOf(layout).flatMap(({ key, ...rest }) =>
    key.startsWith('subscription:') ? [{ id: Number(key.slice('subscription:'.length)), ...rest }] : [],
  );
  return [...types, ...buyers];
}

/** What controls and queues are called in the chosen language. */
export function called({ names }) {
  return names[currentLanguage()];
}

/** A form by what it is for. */
export function formName({ company, brand, newsletter, doubleOptIn }, layout) {
  const found = layout.companies.find(({ key }) => key === company);
  const ofBrand = found?.columns.find((column) => column.brand === brand && brand !== undefined);
  const what = [ofBrand?.name ?? found?.name, newsletter].filter(Boolean).join(', ');
  return `${what} (${t(doubleOptIn ? 'form.double' : 'form.single')})`;
}
