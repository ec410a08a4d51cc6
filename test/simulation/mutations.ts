// Longer than 200 lines because it is one list: a deliberate bug for each thing that the simulation must find.
/** A deliberate bug: one piece of the code under test, replaced while it is loaded. */
export type Mutation = { name: string; file: string; find: string; replace: string };

/**
 * What the simulation must find. Each has a smallest scenario in `scenarios/<name>.json` that fails with the bug and passes
 * without it. Those marked with a star are bugs that the simulation found in earlier code: their scenarios are its regression tests.
 */
export const mutations: Mutation[] = [
  {
    name: 'answers-200-though-queueing-failed',
    file: 'src/workers/receive/receive.ts',
    find: 'await deps.queue(signals);',
    replace: 'await deps.queue(signals).catch(() => undefined);',
  },
  {
    name: 'forgets-entries-that-sqs-refused',
    file: 'src/queues/send.ts',
    find: 'open = Failed.flatMap(({ Id }) => open[Number(Id)] ?? []);',
    replace: 'open = Failed.slice(0, 0) as never[];',
  },
  {
    name: 'deduplicates-by-contact',
    file: 'src/queues/queue-signals.ts',
    find: 'MessageDeduplicationId: signal.id,',
    replace: 'MessageDeduplicationId: signal.contact,',
  },
  {
    name: 'names-signals-without-their-time',
    file: 'src/signals/signal-id.ts',
    find: '...whatOf(signal), signal.occurredAt]',
    replace: '...whatOf(signal)]',
  },
  {
    name: 'reports-no-failed-signals',
    file: 'src/workers/decide/decide-batch.ts',
    find: 'batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier }))',
    replace: 'batchItemFailures: []',
  },
  {
    name: 'forgets-convergence-of-a-redelivered-signal',
    file: 'src/rules/decide.ts',
    find: "because: 'duplicate', converge: state.unconverged",
    replace: "because: 'duplicate', converge: false",
  },
  {
    name: 'lets-two-writers-win',
    file: 'src/ledger/dynamodb-ledger.ts',
    find: "ConditionExpression: 'attribute_not_exists(#person)',",
    replace: '',
  },
  {
    name: 'believes-a-stranger’s-form',
    file: 'src/rules/r4-return-by-form.ts',
    find: "if (address !== 'same') {",
    replace: "if (address === 'unknown') {",
  },
  {
    name: 'asks-for-no-confirmation',
    file: 'src/rules/r4-return-by-form.ts',
    find: 'if (form.doubleOptIn && !confirmed) {',
    replace: 'if (form.doubleOptIn && until < now) {',
  },
  {
    name: 'closes-one-company-for-a-portal-wide-no',
    file: 'src/rules/decide.ts',
    find: 'const all = [...registry.companies.keys()];',
    replace: 'const all = [...registry.companies.keys()].slice(0, 1);',
  },
  {
    name: 'leaves-newsletters-out-of-the-fan-out',
    file: 'src/rules/desired.ts',
    find: "return { to: 'closed', control, optOutAt,",
    replace: "return control.newsletter !== undefined ? (undefined as never) : { to: 'closed', control, optOutAt,",
  },
  {
    name: 'reopens-every-newsletter',
    file: 'src/rules/desired.ts',
    find: 'if (control.newsletter !== undefined || (state',
    replace: 'if ((state',
  },
  {
    name: 'subscribes-instead-of-restoring',
    file: 'src/rules/desired.ts',
    find: "return { to: 'restored', control, value: prior, by: newest };",
    replace: "return { to: 'restored', control, value: openValue(control.control), by: newest };",
  },
  {
    name: 'forgets-the-no-to-one-brand',
    file: 'src/rules/desired.ts',
    find: '(state.ownNo[control.key] ?? -1) > closedSince) return undefined;',
    replace: '(state.ownNo[control.key] ?? -1) > closedSince + Number.MAX_VALUE) return undefined;',
  },
  {
    name: 'lets-an-opt-in-stay',
    file: 'src/rules/decide.ts',
    find: "return { decision: { rule: 'R5', outcome: 'refused', reason, changes: [] }, converge: true };",
    replace: "return { decision: { rule: 'R5', outcome: 'refused', reason, changes: [] }, converge: false };",
  },
  {
    name: 'does-not-wake-for-the-end-of-a-grace',
    file: 'src/workers/converge/converge-batch.ts',
    find: 'if (wakeAt !== undefined) await',
    replace: 'if (tooEarly) await',
  },
  {
    name: 'takes-a-refused-item-for-written',
    file: 'src/hubspot/statuses.ts',
    find: "return { write, error: error?.category || 'HubSpot did not confirm the write' };",
    replace: 'return error === undefined ? { write, error: "" } : { write, at: now() };',
  },
  {
    name: 'audit-repairs-nothing-unheard',
    file: 'src/workers/audit/audit.ts',
    find: 'if (unheard.length > 0) await',
    replace: 'if (unheard.length > 1000) await',
  },
  {
    name: 'forgets-the-merged-contact’s-no',
    file: 'src/rules/r8-record.ts',
    find: 'changes.push(...inheritedByMerge',
    replace: 'if (changes.length > 0) changes.push(...inheritedByMerge',
  },
  {
    name: 'forgets-the-no-of-an-address',
    file: 'src/workers/converge/identify.ts',
    find: 'const changes = inheritedByAddress(current, other, until, isOwners);',
    replace: 'const changes = inheritedByAddress(current, other, until, isOwners).slice(0, 0);',
  },
  {
    name: 'leaves-other-addresses-open',
    file: 'src/rules/r8-other-addresses.ts',
    find: "if (wish.to !== 'closed' ||",
    replace: "if (wish.to === 'closed' ||",
  },
  {
    name: 'lifts-over-an-opt-out-it-never-heard',
    file: 'src/rules/unheard.ts',
    find: 'const isNews = (at: number) => at > known && at >= returned;',
    replace: 'const isNews = (at: number) => at > known && at >= returned && known === 0;',
  },
  {
    name: '*form-from-before-a-merge',
    file: 'src/rules/r4-return-by-form.ts',
    find: 'state.mergedAt !== undefined && signal',
    replace: 'state.mergedAt === 0 && signal',
  },
  {
    name: '*late-opt-out-of-a-merged-contact',
    file: 'src/workers/decide/decide-batch.ts',
    find: 'decideFor(signal, deps, hop > 0)',
    replace: 'decideFor(signal, deps, hop > MERGES)',
  },
  {
    name: '*prior-state-of-another-address',
    file: 'src/rules/state.ts',
    find: 'return address === undefined ||',
    replace: "return address !== '' ||",
  },
  {
    name: '*no-to-a-brand-that-a-lift-would-undo',
    file: 'src/workers/converge/converge.ts',
    find: '...unheardOwnNos(one.state, view, deps.registry),',
    replace: '',
  },
  {
    name: '*form-before-the-new-address-was-looked-at',
    file: 'src/rules/desired.ts',
    find: 'address === state.address',
    replace: 'true',
  },
  {
    name: '*address-of-a-deleted-contact',
    file: 'src/hubspot/view.ts',
    find: 'readContacts(hubspot.send, missing, [], true)',
    replace: 'readContacts(hubspot.send, missing, [], false)',
  },
  {
    name: '*merge-or-creation-that-no-webhook-told',
    file: 'src/workers/audit/audit.ts',
    find: '...(await findByAddress(person, deps)),',
    replace: '',
  },
  {
    name: '*opt-out-while-our-own-write-is-under-way',
    file: 'src/rules/decide.ts',
    find: 'if (echo?.planned && isCompany) {',
    replace: 'if (echo?.planned && !isCompany) {',
  },
  {
    name: '*our-write-that-somebody-else-was-quicker-with',
    file: 'src/hubspot/statuses.ts',
    find: 'return unchanged ? undefined : at || now();',
    replace: 'return unchanged && at === 0 ? undefined : at || now();',
  },
  {
    name: '*no-to-a-brand-between-two-opt-outs',
    file: 'src/rules/desired.ts',
    find: 'company.closedSince ?? optOutAt',
    replace: 'optOutAt',
  },
  {
    name: '*portal-wide-no-that-a-lift-would-end',
    file: 'src/rules/unheard.ts',
    find: '...(portalWideAt === undefined ?',
    replace: '...(portalWideAt !== now ?',
  },
  {
    name: '*opt-out-beside-our-own-closing',
    file: 'src/rules/unheard.ts',
    find: 'occurredAt: at }, 0, true)',
    replace: 'occurredAt: at }, registry.policy.echoWindowMs, true)',
  },
  {
    name: '*closing-that-lands-after-the-lift',
    file: 'src/rules/evolve.ts',
    find: '    undone = true;',
    replace: '    undone = false;',
  },
  {
    name: '*writes-forgotten-when-a-later-call-fails',
    file: 'src/workers/converge/finish.ts',
    find: '    await recordUnfinished(job, entry, deps);\n    return { ok: false',
    replace: '    return { ok: false',
  },
  {
    name: '*no-at-the-very-time-of-a-form',
    file: 'src/rules/drift.ts',
    find: 'portalWideAt >= newest',
    replace: 'portalWideAt > newest',
  },
  {
    name: '*lift-while-the-audit-read',
    file: 'src/workers/audit/unheard.ts',
    find: "held.status !== 'UNSUBSCRIBED'",
    replace: 'false',
  },
  {
    name: '*address-that-a-contact-had',
    file: 'src/workers/converge/identify.ts',
    find: 'held.set(addressHash, recordedAt)',
    replace: 'held.delete(addressHash)',
  },
  {
    name: '*flag-that-ended-between-two-calls',
    file: 'src/hubspot/contacts.ts',
    find: "newest?.value !== 'true' ||",
    replace: '',
  },
  {
    name: '*deletion-after-a-merge-that-no-webhook-told',
    file: 'src/rules/r8-record.ts',
    find: "if (!known) return { because: 'already-so', converge: true, identify: true };",
    replace: "if (!known) return { because: 'already-so', converge: false };",
  },
];

/** Where a mutation's scenario is kept. */
export function fileName(name: string): string {
  return name.replace(/[^a-z0-9-]/g, '');
}
