import type { Dossier } from '../../rules/next-step.ts';

/** A contact as an audit sees it. `addresses`: as HubSpot spells them, the primary one first. */
export type Seen = { dossier: Dossier; properties: Readonly<Record<string, string>>; addresses: readonly string[] };
