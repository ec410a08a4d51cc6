import { doctorEnglish } from './doctor-english.ts';
import { doctorGerman } from './doctor-german.ts';
import { english } from './english.ts';
import { german } from './german.ts';
import { helpEnglish } from './help-english.ts';
import { helpGerman } from './help-german.ts';
import { outputEnglish } from './output-english.ts';
import { outputGerman } from './output-german.ts';
import { storyEnglish } from './story-english.ts';
import { storyGerman } from './story-german.ts';

export type { DoctorTexts } from './doctor-english.ts';
export type { Words } from './english.ts';
export type { HelpTexts } from './help-english.ts';
export type { OutputTexts } from './output-english.ts';
export type { StoryTexts } from './story-english.ts';

/** The one catalogue of texts: words, what doctor finds, what else the commands print, and what `--help` says. */
export const texts = { en: english, de: german };
export const doctorTexts = { en: doctorEnglish, de: doctorGerman };
export const outputTexts = { en: outputEnglish, de: outputGerman };
export const storyTexts = { en: storyEnglish, de: storyGerman };
export const helpTexts = { en: helpEnglish, de: helpGerman };
export type { Language } from './language.ts';
