/** The languages in which people read what Widerruf tells. */
export type Language = 'en' | 'de';
