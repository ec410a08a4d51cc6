import { ordinary } from '../../local/hubspot/behaviour.ts';
import { startTwin } from '../../local/hubspot/twin.ts';
import { systemClock } from '../../src/clocks.ts';
import { createStatusApi } from '../../src/hubspot/statuses.ts';
import { createTransport } from '../../src/hubspot/transport.ts';

/** Nothing is protected here. */
export const registry = { protectedControls: new Set<string>() };
export const types = [501, 511, 512].map((id) => ({ id, name: `type ${id}` }));

/** The real client of HubSpot's API, which talks to a twin. */
export async function startRealClient() {
  /** The statuses of HubSpot's answers since the last `reset`. */
  const answers: number[] = [];
  const twin = await startTwin({
    portal: 1,
    accessToken: 'token',
    clientSecret: 'secret',
    subscriptionTypes: types,
    watchedProperties: [],
    properties: ['block_gallery', 'block_library', 'block_stage'],
  });
  const sender = (baseUrl: string, accessToken = 'token', timeoutMs = 5000) =>
    createTransport({
      baseUrl,
      accessToken: () => Promise.resolve(accessToken),
      timeoutMs,
      pace: (call) => call(),
      onAnswer: (status) => answers.push(status),
    });
  const send = sender(twin.url);
  return {
    twin,
    answers,
    /** A client of another address, or with another token. */
    sender,
    send,
    /** Creates a contact. Returns its id. */
    contact: (email: string) => twin.people.createContact({ email }).id,
    statuses: () => createStatusApi(send, systemClock, registry),
    /** HubSpot behaves as usual again, and nothing was called yet. */
    reset() {
      Object.assign(twin.behaviour, ordinary);
      twin.calls.length = 0;
      answers.length = 0;
    },
  };
}
export type RealClient = Awaited<ReturnType<typeof startRealClient>>;

/** A write that closes a subscription type of an address. */
export const close = (address: string, subscriptionId = 501) => ({
  address,
  subscriptionId,
  status: 'UNSUBSCRIBED',
  legalBasisExplanation: 'test',
});
