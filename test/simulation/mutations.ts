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
    name: 'reads-ids-as-numbers',
    file: 'src/hubspot/fields.ts',
    find: 'if (!holdsDigits(text, 16)) return JSON.parse(text) as unknown;',
    replace: 'return JSON.parse(text) as unknown;',
  },
  {
    name: 'calls-hubspot-with-the-form-for-comparing',
    file: 'src/address.ts',
    find: "byForm.set(form, (address ?? '').trim());",
    replace: 'byForm.set(form, form);',
  },
  {
    name: 'compares-addresses-letter-by-letter',
    file: 'src/address.ts',
    find: 'return (address) => exact.get(address) ?? compared.get(normaliseAddress(address) ?? address);',
    replace: 'return (address) => exact.get(address);',
  },
  {
    name: '*unheard-return-of-an-odd-spelling',
    file: 'src/workers/audit/unheard-returns.ts',
    find: 'const compared = normaliseAddress(address) ?? address;',
    replace: 'const compared = address;',
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
    find: '...whatOf(signal), occurredAt]',
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
    find: "ignored('duplicate', state.unconverged ? 'converge' : 'nothing')",
    replace: "ignored('duplicate', 'nothing')",
  },
  {
    name: 'lets-two-writers-win',
    file: 'src/ledger/dynamodb-ledger.ts',
    find: "ConditionExpression: 'attribute_not_exists(#person)',",
    replace: '',
  },
  {
    name: 'believes-a-stranger’s-form',
    file: 'src/rules/r4-proof.ts',
    find: 'one.address === address && ',
    replace: '',
  },
  {
    name: 'believes-the-event-alone',
    file: 'src/workers/decide/decide-one.ts',
    find: 'const proving = prove(signal, { ...verdict, address: held }, deps);',
    replace: "const proving = Promise.resolve({ signal, proof: { by: 'event' as const } });",
  },
  {
    name: 'takes-an-old-click-for-a-backdated-form',
    file: 'src/rules/r7-confirmation.ts',
    find: 'const from = arrivedAt === undefined ? at : latest([at, asHubSpotTime(arrivedAt)]);',
    replace: 'const from = at;',
  },
  {
    name: 'takes-one-click-for-every-company',
    file: 'src/rules/r7-confirmation.ts',
    find: 'if (waiting.length > 0 && companies.length > 1) {',
    replace: 'if (waiting.length > 0 && companies.length > 9) {',
  },
  {
    name: '*address-of-a-record-that-was-deleted-at-once',
    file: 'src/rules/r8-address-change.ts',
    find: 'if (!(exists || archived) ||',
    replace: 'if (!exists ||',
  },
  {
    name: '*form-before-a-merge-for-a-record-made-again',
    file: 'src/rules/r8-inherit.ts',
    find: 'return { ...optOut, at: latest([optOut.at, mergedAt]) ?? optOut.at };',
    replace: 'return optOut;',
  },
  {
    name: 'asks-for-no-confirmation',
    file: 'src/rules/r7-confirmation.ts',
    find: 'if (!doubleOptIn) return undefined;',
    replace: 'return undefined;',
  },
  {
    name: 'closes-one-company-for-a-portal-wide-no',
    file: 'src/rules/r1-company-opt-out.ts',
    find: 'return [...registry.companies.keys()];',
    replace: 'return [...registry.companies.keys()].slice(0, 1);',
  },
  {
    name: 'leaves-newsletters-out-of-the-fan-out',
    file: 'src/rules/desired.ts',
    find: 'if (optOut === undefined) return undefined;',
    replace: 'if (optOut === undefined || control.newsletter !== undefined) return undefined;',
  },
  {
    name: 'reopens-every-newsletter',
    file: 'src/rules/r6-restore.ts',
    find: 'const staysClosed = control.newsletter !== undefined || isStanding;',
    replace: 'const staysClosed = isStanding;',
  },
  {
    name: 'subscribes-instead-of-restoring',
    file: 'src/rules/r6-restore.ts',
    find: "{ to: 'restored', control, value, by: newest, ...exactly }",
    replace: "{ to: 'restored', control, value: openValue(control.control), by: newest }",
  },
  {
    name: 'forgets-the-no-to-one-brand',
    file: 'src/rules/r6-restore.ts',
    find: 'const isStanding = ownNo !== undefined && (',
    replace: 'const isStanding = Number(ownNo) < 0 && (',
  },
  {
    name: 'lets-an-opt-in-stay',
    file: 'src/rules/r5-refuse-other-ways.ts',
    find: "return recorded({ rule: 'R5', outcome: 'refused', reason, changes: [] });",
    replace: "return recorded({ rule: 'R5', outcome: 'refused', reason, changes: [] }, 'nothing');",
  },
  {
    name: 'does-not-wake-for-the-end-of-a-grace',
    file: 'src/workers/converge/converge-batch.ts',
    find: 'if (soon.length > 0) await',
    replace: 'if (soon.length > 1000) await',
  },
  {
    name: 'takes-a-refused-item-for-written',
    file: 'src/hubspot/write-statuses.ts',
    find: 'return { write, ...notTaken(error?.category) };',
    replace: "return error === undefined ? { write, failed: '' } : { write, at: asHubSpotTime(now()) };",
  },
  {
    name: 'audit-repairs-nothing-unheard',
    file: 'src/workers/audit/repair.ts',
    find: 'shown.length + ended.length > 0',
    replace: 'shown.length + ended.length > 1000',
  },
  {
    name: 'forgets-the-merged-contact’s-no',
    file: 'src/rules/r8-record.ts',
    find: '    changes.push(...inheritedByMerge',
    replace: '    if (changes.length > 1) changes.push(...inheritedByMerge',
  },
  {
    name: 'forgets-the-no-of-an-address',
    file: 'src/rules/r8-inherit.ts',
    find: 'if (changes.length === 0) continue;',
    replace: 'if (changes.length < 1000) continue;',
  },
  {
    name: 'leaves-other-addresses-open',
    file: 'src/rules/r8-other-addresses.ts',
    find: "if (wish.to !== 'closed' ||",
    replace: "if (wish.to === 'closed' ||",
  },
  {
    name: 'lifts-over-an-opt-out-it-never-heard',
    file: 'src/rules/r1-company-opt-out.ts',
    find: '      (isNews(at, current.optOut?.at) && (returned',
    replace: '      (current.optOut === undefined && (returned',
  },
  {
    name: '*click-before-the-submission-that-an-earlier-event-found',
    file: 'src/rules/decide.ts',
    find: 'wayBackCountsFrom(occurredAt, receivedAt), receivedAt: arrivedAt',
    replace: 'wayBackCountsFrom(occurredAt, receivedAt)',
  },
  {
    name: '*merge-beside-a-guests-form-and-an-import',
    file: 'src/workers/decide/record-decision.ts',
    find: "['control', 'confirmation', 'merge']",
    replace: "['control', 'confirmation']",
  },
  {
    name: '*record-that-cannot-be-read-passes-for-a-deleted-one',
    file: 'src/rules/written.ts',
    find: 'if (sight.unread) return',
    replace: 'if (sight.unread && sight.exists) return',
  },
  {
    name: '*form-from-before-a-merge',
    file: 'src/rules/r4-return-by-form.ts',
    find: 'if (!noWins(given.state.mergedAt, given.signal.occurredAt) ||',
    replace: 'if (!noWins(undefined, given.signal.occurredAt) ||',
  },
  {
    name: '*prior-state-of-another-address',
    file: 'src/rules/r6-restore.ts',
    find: 'return address === undefined ||',
    replace: "return address !== '' ||",
  },
  {
    name: '*form-before-the-new-address-was-looked-at',
    file: 'src/rules/r6-restore.ts',
    find: 'company.prior[priorKey(key, state.address)]',
    replace: 'company.prior[Object.keys(company.prior).find((name) => name.startsWith(key)) ?? key]',
  },
  {
    name: '*address-of-a-deleted-contact',
    file: 'src/hubspot/view.ts',
    find: 'await readDeletedContacts(send, missing)',
    replace: 'contacts',
  },
  {
    name: '*opt-out-while-our-own-write-is-under-way',
    file: 'src/rules/own-write.ts',
    find: "return { kind: 'too-early', since: write.from, until: write.until };",
    replace: "return ignored('own-write');",
  },
  {
    name: '*our-write-that-somebody-else-was-quicker-with',
    file: 'src/hubspot/write-statuses.ts',
    find: 'if (!unchanged) return {',
    replace: 'if (!unchanged || at !== undefined) return {',
  },
  {
    name: '*portal-wide-no-that-a-lift-would-end',
    file: 'src/rules/r1-company-opt-out.ts',
    find: '...(sight.portalWideAt === undefined ?',
    replace: '...(sight.portalWideAt !== (now as never) ?',
  },
  {
    name: '*no-to-a-brand-that-a-lift-would-undo',
    file: 'src/rules/next-step.ts',
    find: '...unheardOwnNos(state, sight, registry),',
    replace: '',
  },
  {
    name: '*merge-or-creation-that-no-webhook-told',
    file: 'src/workers/audit/examine.ts',
    find: '[...drift, ...(await findByAddress(seen, { others, before }, run, deps)), ...unheard]',
    replace: '[...drift, ...unheard]',
  },
  {
    name: '*opt-out-before-our-own-opening',
    file: 'src/rules/own-write.ts',
    find: ' || (back < write && told < back)',
    replace: '',
  },
  {
    name: '*address-that-a-contact-had',
    file: 'src/rules/r8-inherit.ts',
    find: 'for (const [i, { hash }] of holdings.entries()) held.set(hash, holdings[i + 1]?.from);',
    replace: 'held.clear();',
  },
  {
    name: '*writes-forgotten-when-a-later-call-fails',
    file: 'src/workers/converge/carry-out.ts',
    find: '    await appendFacts(job, recorded.entry, deps);\n    const { refused }',
    replace: '    const { refused }',
  },
  {
    name: 'lifts-every-address-by-one-return',
    file: 'src/rules/r8-whose-word.ts',
    find: 'return [...wordsFor(address)];',
    replace: 'return wordsFor(address).size >= 0 ? [...words] : [];',
  },
  {
    name: 'forgets-a-company-that-got-another-key',
    file: 'src/rules/in-registry.ts',
    find: 'companies.get(key) ?? key;',
    replace: '(companies.size < 0 ? companies.get(key) : undefined) ?? key;',
  },
  {
    name: 'leaves-the-no-behind-with-the-old-address',
    file: 'src/rules/r8-whose-word.ts',
    find: 'if (takesAll || (takesNos && word.says',
    replace: 'if (takesAll && !takesNos && (takesAll || word.says',
  },
  {
    name: '*flag-that-ended-between-two-calls',
    file: 'src/hubspot/contacts.ts',
    find: "!values.includes(newest?.value ?? '') ||",
    replace: '',
  },
  {
    name: '*deletion-after-a-merge-that-no-webhook-told',
    file: 'src/rules/r8-record.ts',
    find: "isAnythingSaid(state) ? undefined : ignored('already-so', 'identify')",
    replace: "isAnythingSaid(state) ? undefined : ignored('already-so')",
  },
  {
    name: 'forgets-what-a-newer-version-wrote',
    file: 'src/rules/apply-changes.ts',
    find: '      throw ofNewerVersion(`a change of type',
    replace: '      if (state !== undefined) return state;\n      throw ofNewerVersion(`a change of type',
  },
  {
    name: '*late-echo-after-hubspot-itself-resubscribed',
    file: 'src/rules/set-by-us.ts',
    find: 'return since === undefined || !isSure(given) ? signal :',
    replace: 'return since === undefined || isSure(given) || !isSure(given) ? signal :',
  },
  {
    name: '*no-at-the-very-time-of-a-form',
    file: 'src/rules/order.ts',
    find: 'no >= wayBack',
    replace: 'no > wayBack',
  },
  {
    name: '*slow-closing-that-lands-after-a-lift',
    file: 'src/rules/own-write.ts',
    find: '(one) => one !== plan',
    replace: '({ planned: isPlan }) => !isPlan',
  },
  {
    name: '*leaves-open-what-was-opened-unheard',
    file: 'src/rules/r6-restore.ts',
    find: 'return isOpened ? closed(company, control) : undefined;',
    replace: 'return undefined;',
  },
  {
    name: 'takes-an-employees-mark-for-the-owners-click',
    file: 'src/rules/r7-confirmation.ts',
    find: 'facts.registry.policy.confirmedValues.includes(signal.value) ? undefined',
    replace: 'facts.registry.policy.confirmedValues.length > 0 ? undefined',
  },
  {
    name: '*merge-found-after-the-address-changed',
    file: 'src/workers/converge/other-ledgers.ts',
    find: 'if (unlinked === undefined) return others;',
    replace: "if (unlinked?.contact !== 'nobody') return others;",
  },
  {
    name: '*click-that-no-webhook-told',
    file: 'src/workers/audit/unheard-clicks.ts',
    find: "values.includes(properties[CONFIRMATION_PROPERTY] ?? '') && isWaiting(dossier.state),",
    replace: "dossier.state.erased === true && values.includes(properties[CONFIRMATION_PROPERTY] ?? ''),",
  },
];

/** Where a mutation's scenario is kept. */
export function fileName(name: string): string {
  return name.replace(/[^a-z0-9-]/g, '');
}
