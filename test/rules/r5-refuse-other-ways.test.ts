import { describe, expect, test } from 'vitest';
import { asOurTime } from '../../src/clocks.ts';
import type { Case } from '../../src/rules/clause.ts';
import { decide } from '../../src/rules/decide.ts';
import { openedNoLater, ownerMayHave, refuse, waitsForForm } from '../../src/rules/r5-refuse-other-ways.ts';
import { type ContactState, nothingKnown } from '../../src/rules/state.ts';
import type { ControlSignal, SignalSource } from '../../src/signals/signal.ts';
import { changed } from '../helpers/person.ts';
import { GALLERY, MUSEUM, TICKETS, testRegistry } from '../helpers/registry.ts';
import { knowing, optedOutAt } from '../helpers/state.ts';

/** Every clause could answer: the owner's own page counts, and the opening is ascribed to a form. */
const registry = testRegistry('policy: { acceptSelfService: true }\n');
const opened = (control: string, state: ContactState): Case<ControlSignal> => {
  const signal = changed(control, 'open', 200, 'FORM') as ControlSignal;
  return { state, signal, facts: { registry, now: asOurTime(signal.occurredAt), address: 'unknown' } };
};

describe('the opening of a control that the registry does not know', () => {
  const given = opened(TICKETS, knowing(optedOutAt(100)));

  test('changes nothing, whatever opt-out stands', () => {
    const nothing = { kind: 'ignored', because: 'already-so', follow: 'nothing' };
    expect(decide(given.state, given.signal, given.facts)).toEqual(nothing);
  });

  test.each([
    ['when it was opened', openedNoLater],
    ['whether the owner did it', ownerMayHave],
    ['whether a form did it', waitsForForm],
    ['that it is closed again', refuse],
  ])('is nothing of which R5 says %s', (_, clause) => {
    expect(clause(given)).toBeUndefined();
    expect(clause(opened(MUSEUM, knowing(optedOutAt(200)))), 'but of a known one').toBeDefined();
  });
});

test('without any opt-out no opening is too early', () => {
  expect(openedNoLater(opened(GALLERY, nothingKnown))).toBeUndefined();
});

test('an opening of which HubSpot names no cause is not ascribed to a form, and refused', () => {
  const source: SignalSource = { channel: 'webhook' };
  const { state, signal, facts } = opened(GALLERY, knowing(optedOutAt(100)));
  expect(decide(state, { ...signal, source }, facts)).toMatchObject({ decision: { rule: 'R5', outcome: 'refused' } });
});
