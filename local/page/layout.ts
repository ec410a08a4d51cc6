import type { QueueKey } from '../../ops/texts/queues.ts';
import type { Speech } from '../../ops/texts/speech.ts';
import { outputTexts } from '../../ops/texts/words.ts';
import { type ControlKey, subscriptionKey } from '../../src/registry/control.ts';
import type { PlacedControl, Registry } from '../../src/registry/registry.ts';
import type { RegistryFile } from '../../src/registry/schema.ts';

/** One column of the matrix: a company's own type, or all controls of one brand. */
export type Column = {
  /** `company` or `company/brand`. */
  key: string;
  company: string;
  brand?: string;
  name: string;
  controls: { key: ControlKey; newsletter?: string }[];
};

/** What the page shows and names; made once from the registry. */
export type Layout = {
  companies: { key: string; name: string; columns: Column[] }[];
  /** Buyer service mail, which is never written (R3). */
  protectedTypes: { id: number; name: string }[];
  forms: { id: string; company: string; brand?: string; newsletter?: string; doubleOptIn: boolean }[];
};

/** What controls and queues are called in one language: as the operator's tool calls them. */
export type Called = { controls: Record<ControlKey, string>; queues: Record<QueueKey, string> };

export function calledIn({ language, names }: Speech, { controls }: Registry): Called {
  return {
    controls: Object.fromEntries([...controls.keys()].map((key) => [key, names.control(key)])),
    queues: outputTexts[language].queues,
  };
}

/** The matrix of a registry: companies in its order, each with its own column and one for each brand. */
export function layoutOf(file: RegistryFile, registry: Registry): Layout {
  const companies = [...registry.companies].map(([key, { name, own, controls }]) => {
    const brands = Object.entries(file.companies[key]?.brands ?? {});
    return {
      key,
      name,
      columns: [
        { key, company: key, name, controls: [controlOf(own)] },
        ...brands.map(([brand, { name: brandName }]) => ({
          key: `${key}/${brand}`,
          company: key,
          brand,
          name: brandName,
          controls: controls.filter((one) => one.brand === brand).map(controlOf),
        })),
      ],
    };
  });
  return {
    companies,
    protectedTypes: file.protected.subscriptions.map(({ id, name = subscriptionKey(id) }) => ({ id, name })),
    forms: file.forms.map(({ id, company, brand, newsletter, doubleOptIn }) => ({
      id,
      company,
      ...(brand !== undefined && { brand }),
      ...(newsletter !== undefined && { newsletter }),
      doubleOptIn,
    })),
  };
}

function controlOf({ key, newsletter }: PlacedControl): Column['controls'][number] {
  return { key, ...(newsletter !== undefined && { newsletter }) };
}
