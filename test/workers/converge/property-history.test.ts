import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ordinary } from '../../../local/hubspot/behaviour.ts';
import type { Twin } from '../../../local/hubspot/twin.ts';
import { startTwinOf } from '../../../local/twin-of.ts';
import { ourTime } from '../../../src/clocks.ts';
import { createHubSpot } from '../../../src/hubspot/hubspot.ts';
import { memoryLedger } from '../../../src/ledger/memory-ledger.ts';
import { parseRegistry } from '../../../src/registry/load.ts';
import type { Signal } from '../../../src/signals/signal.ts';
import { converge } from '../../../src/workers/converge/converge.ts';
import type { ConvergeDeps } from '../../../src/workers/converge/deps.ts';
import { recordDecision } from '../../../src/workers/decide/record-decision.ts';
import { changed, MINUTE, submitted } from '../../helpers/person.ts';
import { forms, registryText, testRegistry } from '../../helpers/registry.ts';
import { sendTo } from '../../helpers/twin-send.ts';

/** R6: an opt-out that only an audit found. What the blocks held before, HubSpot's history of the properties tells. */

const registry = testRegistry();
let now = Date.UTC(2026, 0, 5);
let twin: Twin;
let deps: ConvergeDeps;
beforeAll(async () => {
  twin = await startTwinOf(parseRegistry(registryText), registry, { clock: () => now });
});
afterAll(() => twin.stop());
beforeEach(() => {
  Object.assign(twin.behaviour, ordinary);
  now += 24 * 60 * MINUTE;
  const send = sendTo(twin);
  const clock = () => ourTime(now);
  const hubspot = createHubSpot(send, clock, registry);
  deps = { registry, ledger: memoryLedger(), hubspot, now: clock, addressKey: 'key', salt: () => 'salt' };
});

let people = 0;
const newContact = () => twin.people.createContact({ email: `history-${people++}@example.at` }).id;
const sets = (contact: string, value: string, name = 'block_gallery') =>
  twin.people.editProperty({ contact, name, value });
const block = (contact: string, name = 'block_gallery') => {
  const found = twin.portal.contact(contact);
  return found && (twin.portal.history(found, name)[0]?.value ?? '');
};
const asksForHistory = (body: unknown) => String(body).includes('"propertiesWithHistory":["block');
const happens = (contact: string, signal: Signal) =>
  recordDecision(
    { ...signal, contact },
    { registry, now: ourTime(now), address: 'same', proof: { by: 'list' } },
    deps.ledger,
  );

const closes = (contact: string, changeSource: string) => {
  const found = twin.portal.contact(contact);
  if (found) twin.portal.setProperty(found, 'block_gallery', 'true', { changeSource });
};
/** The portal's own workflow closes the block. */
const reacts = (contact: string) => closes(contact, 'AUTOMATION_PLATFORM');

/** The person opts out; the portal's own workflow closes the block a second later; the audit hears of it in the night. */
async function foundByAudit(contact: string): Promise<void> {
  now += MINUTE;
  const optOutAt = now;
  now += 1000;
  reacts(contact);
  now += 60 * MINUTE;
  const told = changed('subscription:501', 'closed', optOutAt);
  await happens(contact, { ...told, source: { channel: 'audit' } });
  await converge([contact], deps);
}

/** The person opts out, and we hear of it at once. */
async function optsOut(contact: string): Promise<void> {
  now += MINUTE;
  await happens(contact, changed('subscription:501', 'closed', now));
  await converge([contact], deps);
}

async function comesBack(contact: string): Promise<void> {
  now += MINUTE;
  await happens(contact, submitted(forms.ofCompany, now));
  await converge([contact], deps);
}

describe('a block whose earlier value no fan-out saw', () => {
  test('goes back to what it held when the person opted out', async () => {
    const id = newContact();
    sets(id, 'false');
    await foundByAudit(id);
    await comesBack(id);
    expect(block(id)).toBe('false');
  });

  test('stays closed where the person had closed it before', async () => {
    const id = newContact();
    sets(id, 'true');
    await foundByAudit(id);
    await comesBack(id);
    expect(block(id)).toBe('true');
  });

  test('that was never set before is empty again', async () => {
    const id = newContact();
    await foundByAudit(id);
    await comesBack(id);
    expect(block(id)).toBe('');
  });

  test('stays closed where the history is cut off, or HubSpot does not tell it', async () => {
    const [long, silent] = [newContact(), newContact()];
    await foundByAudit(long);
    for (let n = 0; n < 20; n++) sets(long, n % 2 === 0 ? 'false' : 'true');
    sets(long, 'true');
    await comesBack(long);
    expect(block(long)).toBe('true');
    await foundByAudit(silent);
    twin.behaviour.fail = ({ body }) => (asksForHistory(body) ? 403 : undefined);
    await comesBack(silent);
    expect(block(silent)).toBe('true');
    expect(twin.portal.status(`history-${people - 1}@example.at`, 501).status).toBe('SUBSCRIBED');
  });

  test('stays closed where somebody else than a workflow closed it after the opt-out: that may be the person’s own "no"', async () => {
    const id = newContact();
    await foundByAudit(id);
    sets(id, 'false');
    sets(id, 'true');
    await comesBack(id);
    expect(block(id)).toBe('true');
  });

  test('stays closed where the fan-out found the block closed, whatever the history tells', async () => {
    const id = newContact();
    for (const name of ['block_gallery', 'block_library']) sets(id, 'true', name);
    await optsOut(id);
    await comesBack(id);
    expect(block(id)).toBe('true');
  });
});

describe('a block that somebody else opened while the opt-out stood, of which no webhook told (R5)', () => {
  /** The person had closed the block; an import opens the block `after` the opt-out (ms), and the owner comes back five minutes after the opt-out. */
  async function heardLate(contact: string, after: number): Promise<void> {
    sets(contact, 'true');
    now += MINUTE;
    const optOutAt = now;
    now += after;
    sets(contact, 'false');
    now = optOutAt + 5 * MINUTE;
    await happens(contact, submitted(forms.ofCompany, now));
    now += MINUTE;
    await happens(contact, changed('subscription:501', 'closed', optOutAt));
    await converge([contact], deps);
  }

  test('is closed again by the lift, though the opt-out is heard of after the return', async () => {
    const id = newContact();
    await heardLate(id, MINUTE);
    expect(block(id)).toBe('true');
  });

  test('stays open where that was before the opt-out', async () => {
    const id = newContact();
    await heardLate(id, -1000);
    expect(block(id)).toBe('false');
  });

  test('stays open where the owner had come back before: nothing stood any more', async () => {
    const id = newContact();
    sets(id, 'true');
    now += MINUTE;
    const optOutAt = now;
    now += MINUTE;
    await happens(id, submitted(forms.ofCompany, now));
    now += MINUTE;
    sets(id, 'false');
    await happens(id, changed('subscription:501', 'closed', optOutAt));
    await converge([id], deps);
    expect(block(id)).toBe('false');
  });

  test('is no earlier state, though the fan-out found the block open', async () => {
    const id = newContact();
    sets(id, 'true');
    now += MINUTE;
    const optOutAt = now;
    now += 1000;
    sets(id, 'false');
    now += MINUTE;
    await happens(id, changed('subscription:501', 'closed', optOutAt));
    await converge([id], deps);
    await comesBack(id);
    expect(block(id)).toBe('true');
  });

  test('is closed again by the lift, though the fan-out had found the block closed', async () => {
    const id = newContact();
    sets(id, 'true');
    await optsOut(id);
    now += MINUTE;
    sets(id, 'false');
    await comesBack(id);
    expect(block(id)).toBe('true');
  });

  test('is closed again by the lift, though the person had closed the block after the opt-out', async () => {
    const id = newContact();
    await optsOut(id);
    sets(id, 'false');
    now += MINUTE;
    sets(id, 'true');
    await happens(id, changed('property:block_gallery', 'closed', now, 'CRM_UI'));
    now += MINUTE;
    sets(id, 'false');
    await comesBack(id);
    expect(block(id)).toBe('true');
  });
});

describe('a block that our fan-out closed', () => {
  /** The person opts out, and we close the block. */
  async function closedByUs(contact: string): Promise<void> {
    sets(contact, 'false');
    await optsOut(contact);
    expect(block(contact)).toBe('true');
  }

  test('goes back to what the fan-out found, also where HubSpot tells no history', async () => {
    const [told, untold] = [newContact(), newContact()];
    for (const id of [told, untold]) await closedByUs(id);
    await comesBack(told);
    twin.behaviour.fail = ({ body }) => (asksForHistory(body) ? 403 : undefined);
    await comesBack(untold);
    expect([block(told), block(untold)]).toEqual(['false', 'false']);
  });

  test('stays closed where the person closed the block as well, in the very moment of our closing or unheard of later', async () => {
    for (const later of [500, 60 * MINUTE]) {
      const id = newContact();
      await closedByUs(id);
      now += later;
      sets(id, 'false');
      sets(id, 'true');
      await comesBack(id);
      expect(block(id)).toBe('true');
    }
  });

  test('was opened by an employee against the rules, and goes back all the same', async () => {
    const id = newContact();
    await closedByUs(id);
    now += 60 * MINUTE;
    sets(id, 'false');
    await converge([id], deps);
    expect(block(id)).toBe('true');
    await comesBack(id);
    expect(block(id)).toBe('false');
  });
});

describe('a block whose closing we planned, and of which HubSpot never answered', () => {
  const isUpdate = (path: string) => path.includes('/batch/update');
  /** The person opts out, and HubSpot answers 503 to our closing of the block. */
  async function closingFails(contact: string, meanwhile: () => void = () => undefined): Promise<void> {
    twin.behaviour.fail = ({ path }) => {
      if (!isUpdate(path)) return undefined;
      meanwhile();
      return 503;
    };
    await optsOut(contact);
    Object.assign(twin.behaviour, ordinary);
  }
  const laterTold = (contact: string) => happens(contact, changed('property:block_gallery', 'closed', now, 'CRM_UI'));

  test('stays closed where the person closed the block in that moment', async () => {
    const id = newContact();
    sets(id, 'false');
    await closingFails(id);
    now += 1000;
    sets(id, 'true');
    expect(await laterTold(id)).toMatchObject({ because: 'own-write' });
    await converge([id], deps);
    await comesBack(id);
    expect(block(id)).toBe('true');
  });

  test('goes back to what it held where our closing was made', async () => {
    const id = newContact();
    sets(id, 'false');
    await closingFails(id, () => closes(id, 'INTEGRATION'));
    expect(block(id)).toBe('true');
    expect(await laterTold(id)).toMatchObject({ because: 'own-write' });
    now += 1000;
    await converge([id], deps);
    await comesBack(id);
    expect(block(id)).toBe('false');
  });
});
