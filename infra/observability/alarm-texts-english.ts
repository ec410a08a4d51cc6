/** The alarms in English; `alarm-texts-german.ts` has the same texts. */
export const alarmsEnglish = {
  UnappliedOptOut: {
    name: 'Decision not in HubSpot',
    meaning: 'A decision is not in HubSpot after 15 minutes.',
  },
  SignalsWaiting: {
    name: 'Signals waiting',
    meaning: 'A signal waits to be decided for more than 5 minutes, or one of a crowd for more than an hour.',
  },
  DeadLetters: {
    name: 'Dead letters',
    meaning: 'A message could not be processed and lies in a dead-letter queue.',
  },
  DeadLettersForgotten: {
    name: 'Dead letters forgotten',
    meaning: 'A dead letter lies there for two days; after 14 it is gone.',
  },
  KeepsReopening: {
    name: 'Keeps reopening',
    meaning: 'Somebody keeps reopening what an opt-out closed; the log names the source.',
  },
  SlowPropagation: {
    name: 'Slow propagation',
    meaning: 'One in a hundred opt-outs takes more than 5 minutes to reach HubSpot.',
  },
  ApiServerErrors: {
    name: 'Server errors of the API',
    meaning: 'HubSpot’s requests are answered with 5xx.',
  },
  RequestsDeferred: {
    name: 'Requests deferred',
    meaning: 'Requests are answered 503, because queue or secret cannot be reached; HubSpot tries again for a day.',
  },
  RefusedSignatures: {
    name: 'Refused signatures',
    meaning: 'Requests with wrong signatures: a rotated secret, a wrong public URL, or somebody tries doors.',
  },
  UnreadableEvents: {
    name: 'Unreadable events',
    meaning: 'HubSpot or a workflow sent something that could not be read; an opt-out or a return may be among it.',
  },
  OtherPortal: {
    name: 'Other portal',
    meaning: 'Events of another portal are dropped: the registry that was deployed is not that of this HubSpot app.',
  },
  NoEvents: {
    name: 'No events',
    meaning: 'HubSpot sent nothing for three days: the webhooks are off, or point elsewhere.',
  },
  HubSpotRefusesUs: {
    name: 'HubSpot refuses us',
    meaning: 'HubSpot answers 401 or 403: token revoked or scope missing.',
  },
  HubSpotAnswersNobody: {
    name: 'HubSpot answers nobody',
    meaning: 'HubSpot refused every call of a function: the token was revoked.',
  },
  SubmissionsUnreadable: {
    name: 'Submissions unreadable',
    meaning: 'HubSpot’s lists of form submissions cannot be read: returns cannot be proved.',
  },
  HubSpotThrottles: {
    name: 'HubSpot throttles',
    meaning: 'HubSpot throttles: something else uses up the portal’s limit.',
  },
  FunctionErrors: {
    name: 'Function errors',
    meaning: 'Functions end in errors, which ordinary trouble does not cause.',
  },
  FunctionsThrottled: {
    name: 'Functions throttled',
    meaning: 'Lambda does not run functions that are called: the account’s concurrency is used up.',
  },
  AuditOverdue: {
    name: 'Audit overdue',
    meaning: 'No audit has finished for 26 hours.',
  },
  AuditDrift: {
    name: 'Audit drift',
    meaning: 'The last audit found drift: webhooks were lost, or somebody opened what must be closed.',
  },
  RegistryGaps: {
    name: 'Registry gaps',
    meaning: 'The portal has a type, property, form or mail that the registry does not know or protect.',
  },
  CanaryMissed: {
    name: 'Canary missed',
    meaning: 'The opt-out of the test contact did not come back within the hour, or nobody checked.',
  },
};
