import * as z from 'zod/mini';

/** What differs between stages; given as CDK context (`-c name=value`). */
const StageSchema = z.object({
  stage: z._default(
    z.string().check(z.regex(/^[a-z][a-z0-9-]{0,15}$/, 'lower-case letters, digits and hyphens')),
    'dev',
  ),
  registry: z._default(z.string(), process.env['WIDERRUF_REGISTRY'] ?? 'registry/noeku.example.yaml'),
  /** The portal's limit for one app: 190 calls in ten seconds (Professional, Enterprise), 100 else, 250 with the add-on. */
  hubspotCallsPer10Seconds: z._default(z.coerce.number().check(z.gte(20)), 190),
  /** Whether workflow calls signed with v2 are taken too: HubSpot signs them so. */
  acceptV2: z._default(z.enum(['true', 'false']), 'true'),
  /** `report`: the nightly audit repairs nothing. */
  audit: z._default(z.enum(['repair', 'report']), 'repair'),
  /** Who is told of alarms by e-mail. */
  alarmEmail: z.optional(z.string().check(z.regex(/^\S+@\S+$/, 'an e-mail address'))),
  /** Language of dashboard and alarm texts. */
  language: z._default(z.enum(['en', 'de']), 'en'),
  /** Where operators find docs/runbook.md; alarms link to its sections. */
  runbook: z._default(z.string(), 'docs/runbook.md'),
});

export type Stage = {
  name: string;
  registry: string;
  production: boolean;
  hubspotCallsPer10Seconds: number;
  acceptV2: 'true' | 'false';
  audit: 'repair' | 'report';
  alarmEmail?: string | undefined;
  language: 'en' | 'de';
  runbook: string;
};

/** Reads the stage from context. @throws Error naming the value that does not fit. */
export function readStage(context: (name: string) => unknown): Stage {
  const given = Object.fromEntries(Object.keys(StageSchema.shape).map((name) => [name, context(name)]));
  const parsed = StageSchema.safeParse(given);
  if (!parsed.success) {
    const mistakes = parsed.error.issues.map(({ path, message }) => `-c ${path.join('.')}=…: ${message}`);
    throw new Error(`context: ${mistakes.join('; ')}`);
  }
  const { stage: name, ...rest } = parsed.data;
  return { name, production: name === 'prod', ...rest };
}
