import { parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';

export const forms = {
  ofBrand: '00000000-0000-4000-8000-000000000001',
  ofCompany: '00000000-0000-4000-8000-000000000002',
  doubleOptIn: '00000000-0000-4000-8000-000000000003',
  ofOther: '00000000-0000-4000-8000-000000000004',
};

/** A small portal: company `museum` with two brands, company `theatre` with one; 9001 is buyer service mail. */
export const registryText = `portal: 1
protected:
  subscriptions: [{ id: 9001, name: tickets }]
  properties: [ticket_mail]
companies:
  museum:
    name: Museum GmbH
    subscription: { id: 501 }
    brands:
      gallery:
        name: Gallery
        controls:
          - { kind: property, name: block_gallery, blocked: "true", open: "false" }
          - { kind: subscription, id: 511 }
        newsletters:
          - { key: gallery-news, kind: subscription, id: 512 }
          - { key: gallery-kids, kind: subscription, id: 513 }
      library:
        name: Library
        controls:
          - { kind: property, name: block_library, blocked: "true", open: "false" }
          - { kind: subscription, id: 521 }
  theatre:
    name: Theatre GmbH
    subscription: { id: 601 }
    brands:
      stage:
        name: Stage
        controls:
          - { kind: subscription, id: 611 }
forms:
  - { id: ${forms.ofBrand}, company: museum, brand: gallery, newsletter: gallery-news, doubleOptIn: false }
  - { id: ${forms.ofCompany}, company: museum, doubleOptIn: false }
  - { id: ${forms.doubleOptIn}, company: museum, brand: gallery, newsletter: gallery-news, doubleOptIn: true }
  - { id: ${forms.ofOther}, company: theatre, doubleOptIn: false }
`;

/** Takes changes to the text, so that a test says only what is special about its registry. */
export function testRegistry(extra = '') {
  return arrangeRegistry(parseRegistry(registryText + extra));
}

export const museumControls = [
  'subscription:501',
  'property:block_gallery',
  'subscription:511',
  'subscription:512',
  'subscription:513',
  'property:block_library',
  'subscription:521',
];

/** The small portal's controls by name, so that a test says what is meant instead of an id. */
export const MUSEUM = 'subscription:501';
export const GALLERY_BLOCK = 'property:block_gallery';
export const GALLERY = 'subscription:511';
export const GALLERY_NEWS = 'subscription:512';
export const GALLERY_KIDS = 'subscription:513';
export const LIBRARY_BLOCK = 'property:block_library';
export const LIBRARY = 'subscription:521';
export const THEATRE = 'subscription:601';
export const STAGE = 'subscription:611';
/** Buyer service mail. */
export const TICKETS = 'subscription:9001';

/** Parts of the small portal's registry, to be put elsewhere. */
export const LIBRARY_TEXT = `      library:
        name: Library
        controls:
          - { kind: property, name: block_library, blocked: "true", open: "false" }
          - { kind: subscription, id: 521 }
`;
export const STAGE_TEXT = '      stage:\n';

/** The small portal's registry with other words in it: each text in the place of another one. */
export function changedRegistry(...replaced: readonly (readonly [from: string, to: string])[]) {
  const text = replaced.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new RangeError(`the registry holds no ${from}`);
    return before.replace(from, to);
  }, registryText);
  return arrangeRegistry(parseRegistry(text));
}

export const FORM_OF_LIBRARY = '00000000-0000-4000-8000-000000000009';
/** The library moves from the museum to the theatre, and the library's form with it. `more`: what the registry tells of the move. */
export const libraryMoved = (more = '', form = 'doubleOptIn: false') =>
  changedRegistry(
    [LIBRARY_TEXT, ''],
    [STAGE_TEXT, LIBRARY_TEXT + more + STAGE_TEXT],
    ['forms:\n', `forms:\n  - { id: ${FORM_OF_LIBRARY}, company: theatre, brand: library, ${form} }\n`],
  );
