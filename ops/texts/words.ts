import { english } from './english.ts';
import { german } from './german.ts';

export type { Words } from './english.ts';
/** The one catalogue of texts. */
export const texts = { en: english, de: german };
export type Language = keyof typeof texts;
