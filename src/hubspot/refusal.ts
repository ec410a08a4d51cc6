/** HubSpot's category of an input that it will never accept as it is (developer docs, error handling). */
export const VALIDATION_ERROR = 'VALIDATION_ERROR';

/** Why HubSpot did not take one input: for good, or so that another try may help. */
export type NotTaken = { refused: string } | { failed: string };

/** What the category of an item's error means; without a category HubSpot only did not confirm. */
export function notTaken(category: string | undefined): NotTaken {
  if (category === VALIDATION_ERROR) return { refused: category };
  return { failed: category || 'HubSpot did not confirm the write' };
}
