import { asHubSpotTime, asOurTime, latest } from '../clocks.ts';
import { PORTAL_WIDE } from '../registry/registry.ts';
import type {
  ConfirmationSignal,
  ControlSignal,
  FormSignal,
  LifecycleSignal,
  MergeSignal,
  Signal,
} from '../signals/signal.ts';
import type { Case, Clause, Facts } from './clause.ts';
import { ignored, recorded, type Verdict } from './decision.ts';
import { isFromFuture, wayBackCountsFrom } from './order.ts';
import * as outdated from './outdated.ts';
import * as ownWrite from './own-write.ts';
import * as r1 from './r1-company-opt-out.ts';
import * as r2 from './r2-own-no.ts';
import * as r4 from './r4-return-by-form.ts';
import * as r5 from './r5-refuse-other-ways.ts';
import * as r5Repeated from './r5-repeated.ts';
import * as r7 from './r7-confirmation.ts';
import * as r8 from './r8-record.ts';
import * as rewritten from './rewritten.ts';
import * as setByUs from './set-by-us.ts';
import type { ContactState } from './state.ts';

/** What a signal tells, as far as it matters which clauses are asked. */
type Occasions = {
  'portal-wide closed': ControlSignal;
  'portal-wide opened': ControlSignal;
  'control closed': ControlSignal;
  'control opened': ControlSignal;
  form: FormSignal;
  confirmation: ConfirmationSignal;
  created: LifecycleSignal;
  restored: LifecycleSignal;
  deleted: LifecycleSignal;
  erased: LifecycleSignal;
  'address-changed': LifecycleSignal;
  unclear: LifecycleSignal;
  merge: MergeSignal;
};

/** The table of precedence: of the clauses that a row names, the first one that answers wins. */
export const precedence: { readonly [O in keyof Occasions]: readonly Clause<Occasions[O]>[] } = {
  'portal-wide closed': [r1.companyOptOut],
  'portal-wide opened': [r5.portalWideEnded],
  'control closed': [
    rewritten.closedForAddress,
    ownWrite.isUnderWay,
    ownWrite.closedByUs,
    setByUs.mayBeToldLate,
    outdated.shownOutdated,
    setByUs.openSinceBefore,
    setByUs.closedLongSince,
    setByUs.closedSinceBefore,
    r1.companyOptOut,
    r2.ownNo,
  ],
  'control opened': [
    r5.nothingStands,
    rewritten.openedForAddress,
    ownWrite.openedByUs,
    setByUs.mayBeToldLate,
    setByUs.openedLongSince,
    r5.openedNoLater,
    r5.ownerMayHave,
    r5.waitsForForm,
    r5Repeated.refusedBefore,
    r5.refuse,
  ],
  form: [
    r4.notRegistered,
    r4.notTheOwner,
    r4.notLater,
    r4.beforeMerge,
    r4.notNeeded,
    r4.ofUnknownCompany,
    r4.notProved,
    r7.confirmedBeforehand,
    r7.waitsForConfirmation,
    r4.returned,
  ],
  confirmation: [r7.notTheOwnersClick, r7.confirmedBefore, r7.confirmed],
  created: [r8.beforeDeletion, r8.createdAgain, r8.lookUpAddresses],
  restored: [r8.beforeDeletion, r8.restored],
  deleted: [r8.goneAlready, r8.deletedUnknown, r8.deleted],
  erased: [r8.erased],
  'address-changed': [r8.lookUpAddresses],
  unclear: [r8.lookUpTwice],
  merge: [r8.merged],
};

/** Applies the rules R1–R9 to one signal. Pure: same ledger, signal and facts, same verdict. */
export function decide(state: ContactState, told: Signal, facts: Facts): Verdict {
  // A redelivery may mean that the first try died before convergence was asked for.
  if (state.seen.has(told.id)) return ignored('duplicate', state.unconverged ? 'converge' : 'nothing');
  if (state.mergedInto !== undefined) {
    return ownEchoOfMerged({ state, signal: told, facts }) ?? { kind: 'belongs-to', contact: state.mergedInto };
  }
  const ordered = inOrder(told);
  if (ordered === undefined) {
    const reason = 'its time lies in the future, so that it cannot be ordered: it lifts nothing';
    return recorded({ rule: 'R9', outcome: 'refused', reason, changes: [] }, 'nothing');
  }
  const signal = setByUs.countedFrom(ordered, state, facts);
  // `occasionOf` names the row whose clauses take this kind of signal.
  for (const clause of precedence[occasionOf(signal)] as readonly Clause[]) {
    const verdict = clause({ state, signal, facts });
    if (verdict !== undefined) return verdict;
  }
  return ignored('already-so');
}

/** A closing of ours at a record that was merged since: only that record's ledger knows the write. */
function ownEchoOfMerged({ signal, ...given }: Case): Verdict | undefined {
  const isClosing = signal.kind === 'control' && signal.to === 'closed';
  return isClosing ? ownWrite.closedByUs({ signal, ...given }) : undefined;
}

function occasionOf(signal: Signal): keyof Occasions {
  if (signal.kind === 'lifecycle') return signal.event;
  if (signal.kind !== 'control') return signal.kind;
  const what = signal.control === PORTAL_WIDE ? 'portal-wide' : 'control';
  return signal.to === 'closed' ? `${what} closed` : `${what} opened`;
}

/**
 * R9: a time that lies in the future cannot be ordered. A "no" counts from when it arrived; a way back counts not at all
 * (undefined), since it would beat every "no" until then. A way back that is a little ahead of its arrival counts from before it.
 */
function inOrder(signal: Signal): Signal | undefined {
  const { occurredAt, receivedAt } = signal;
  const isWayBack = signal.kind === 'form' || signal.kind === 'confirmation';
  if (isWayBack && isFromFuture(occurredAt, receivedAt)) return undefined;
  // What the list shows as later than the event's arrival was not there to be confirmed before its own time (R7).
  const arrivedAt = latest([receivedAt, asOurTime(occurredAt)]) ?? receivedAt;
  if (isWayBack) return { ...signal, occurredAt: wayBackCountsFrom(occurredAt, receivedAt), receivedAt: arrivedAt };
  return isFromFuture(occurredAt, receivedAt) ? { ...signal, occurredAt: asHubSpotTime(receivedAt) } : signal;
}
