import { inHalfTheTime } from '../../deadline.ts';

type Failures = { set(contact: string, failure: { ok: false; error: unknown }): unknown };

/** Work on one contact whose failure, or slowness, is not the others' affair. */
export async function alone<T>(contact: string, work: () => Promise<T>, outcomes: Failures): Promise<T | 'failed'> {
  try {
    return await inHalfTheTime(work);
  } catch (error) {
    outcomes.set(contact, { ok: false, error });
    return 'failed';
  }
}
