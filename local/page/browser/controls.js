import { t } from './language.js';

/** Every control of the registry with a name that people know, company by company. */
export function controlsOf(layout) {
  return layout.companies.flatMap((company) =>
    company.columns.flatMap(({ name, brand, controls }) =>
      controls.map(({ key, newsletter }) => ({
        key,
        name: nameOf({ name, brand, newsletter, key }),
        company: company.name,
      })),
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

function nameOf({ name, brand, newsletter, key }) {
  if (brand === undefined) return `${name}: ${t('control.company')}`;
  if (newsletter !== undefined) return `${name}: ${t('control.newsletter')} ${newsletter}`;
  return `${name}: ${t(key.startsWith('property:') ? 'control.block' : 'control.brand')}`;
}

/** A form by what it is for. */
export function formName({ company, brand, newsletter, doubleOptIn }, layout) {
  const found = layout.companies.find(({ key }) => key === company);
  const ofBrand = found?.columns.find((column) => column.brand === brand && brand !== undefined);
  const what = [ofBrand?.name ?? found?.name, newsletter].filter(Boolean).join(', ');
  return `${what} (${t(doubleOptIn ? 'form.double' : 'form.single')})`;
}
