import { existsSync, readdirSync } from 'node:fs';
import { basename, isAbsolute, join, relative } from 'node:path';
import * as z from 'zod/mini';
import { checkedYaml, type Mistake } from '../src/registry/checked-yaml.ts';
import { loadRegistry } from '../src/registry/load.ts';
import { readText } from '../src/registry/read-text.ts';
import type { RegistryFile } from '../src/registry/schema.ts';

const ROOT = join(import.meta.dirname, '..');

const text = z.string().check(z.minLength(1));
const address = z.string().check(z.regex(/^[^\s@]+@[^\s@]+$/, 'an e-mail address'));
const url = (kinds: string) =>
  text.check(z.regex(new RegExp(`^(${kinds})://[^/\\s]*\\S*$`), 'a full address, https://…'));

const HubSpotSettings = z.strictObject({
  /** The portal's limit for one app: 190 calls in ten seconds (Professional, Enterprise), 100 else, 250 with the add-on. */
  callsPer10Seconds: z._default(z.int().check(z.gte(20)), 190),
  /** Whether workflow calls signed with v2 are taken too: HubSpot signs them so. */
  acceptV2: z._default(z.boolean(), true),
});

/** Data that this stack did not make, and that counts instead of its own: docs/restore.md. */
const ExistingData = z.strictObject({
  /** Name of the ledger's table. */
  ledgerTable: z.optional(text.check(z.regex(/^[\w.-]{3,255}$/, 'the name of a table'))),
  /** The key that encrypts that table, where it is not the stack's own. */
  ledgerKey: z.optional(text.check(z.regex(/^arn:aws[\w-]*:kms:/, 'the ARN of a key'))),
  /** The secret with the key of the address hashes that stand in that table. */
  addressKey: z.optional(text.check(z.regex(/^arn:aws[\w-]*:secretsmanager:/, 'the ARN of a secret'))),
});

/** What a file `stages/<name>.yaml` holds: all that differs between stages. */
const StageSchema = z.strictObject({
  /** Protects ledger, keys and reports against deletion, and asks for every setting that must not be forgotten. */
  production: z.boolean(),
  /** In quotation marks, because YAML takes away the zeros at a number's beginning. */
  account: z.optional(z.string().check(z.regex(/^\d{12}$/, 'twelve digits in quotation marks'))),
  region: z.optional(z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1'))),
  /** HubSpot's account id; the registry must be of the same one. */
  portal: z.int().check(z.positive()),
  /** Registry file, from the root of the repository. */
  registry: text,
  alarms: z.strictObject({ actNow: z.array(address), lookTomorrow: z.array(address) }),
  /** Where operators read docs/runbook.md; alarms link to its sections. */
  runbook: url('https|file'),
  /** Of the dashboard and of the alarms’ descriptions. */
  language: z._default(z.enum(['en', 'de']), 'en'),
  /** `report`: the nightly audit repairs nothing. */
  audit: z._default(z.enum(['repair', 'report']), 'repair'),
  /**
   * How a new version comes: a tenth of the work for five minutes first, and back to the version before when there is trouble;
   * or at once and whatever happens, which is how a mend is deployed while trouble lasts.
   */
  releases: z._default(z.enum(['gradual', 'at-once']), 'gradual'),
  /** Whether X-Ray traces the functions, for a time of looking: tracing every call costs as much as all else that an event costs. */
  traces: z._default(z.boolean(), false),
  /** Base URL that HubSpot was told to call, e.g. of a domain of your own before the API; default: the API's endpoint. */
  publicUrl: z.optional(url('https|http')),
  hubspot: z.prefault(HubSpotSettings, {}),
  existing: z.prefault(ExistingData, {}),
  /** On every resource, e.g. `owner` and `cost-center`. */
  tags: z._default(z.record(z.string().check(z.regex(/^[\w.:/=+@-]{1,128}$/, 'a tag’s key')), text), {}),
});

/** The settings of a stage, its name, and the registry that the settings name. */
export type Stage = z.output<typeof StageSchema> & { readonly name: string };

/** Settings that cannot be used; the message has one line per mistake: `file:line: what is wrong. Mend: how`. */
export class StageError extends Error {
  override readonly name = 'StageError';
}

/**
 * Reads a stage's settings and its registry. `which`: a name (`prod` stands for `stages/prod.yaml`) or a path that ends
 * in `.yaml`; the stage is called like the file. `root`: the folder that has `stages/`; default: this package.
 * @throws StageError or RegistryError naming line and mend of every mistake.
 */
export function loadStage(which: string | undefined, root = ROOT): { stage: Stage; registry: RegistryFile } {
  const folder = join(root, 'stages');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const known = files.filter((file) => file.endsWith('.yaml')).map((file) => basename(file, '.yaml'));
  const names =
    known.filter((name) => !name.endsWith('.example')).join(', ') || 'none yet; copy stages/prod.example.yaml';
  if (which === undefined) throw new StageError(`no stage is named. Mend: -c stage=<name>; there are: ${names}`);
  const path = stageFile(which, root);
  const shown = relative(root, path).startsWith('..') ? path : relative(root, path);
  if (!existsSync(path)) throw new StageError(`${shown}: there is no such file. Mend: one of the stages: ${names}`);
  const text = readText(path, (message) => new StageError(message.replace(path, shown)));
  return parseStage(text, shown, root);
}

/** Where the settings of a stage stand. `root`: the folder that has `stages/`; default: this package. */
export function stageFile(which: string, root = ROOT): string {
  const file = which.endsWith('.yaml') ? which : join('stages', `${which}.yaml`);
  return isAbsolute(file) ? file : join(root, file);
}

/** Like {@link loadStage}, on text already read; the stage is called like `file`. */
export function parseStage(content: string, file: string, root = ROOT): { stage: Stage; registry: RegistryFile } {
  const { value, refuse } = checkedYaml({
    text: content,
    file,
    schema: StageSchema,
    hint: 'stages/prod.example.yaml explains every setting',
    error: (message) => new StageError(message),
  });
  const name = basename(file, '.yaml');
  const mistakes = [...mistakesOfName(name), ...(value.production ? forgotten(value) : [])];
  if (mistakes.length > 0) return refuse(mistakes);
  const registry = loadRegistry(isAbsolute(value.registry) ? value.registry : join(root, value.registry));
  if (registry.portal !== value.portal) {
    return refuse([
      {
        path: ['portal'],
        message: `the registry ${value.registry} is of portal ${registry.portal}, this stage of ${value.portal}`,
        mend: 'name the right registry. If the stage really moves to another portal, change portal here as well',
      },
    ]);
  }
  return { stage: { name, ...value }, registry };
}

function mistakesOfName(name: string): Mistake[] {
  const message = `"${name}" is no name for a stage`;
  const mend = 'call the file by lower-case letters, digits and hyphens, 16 at most';
  return /^[a-z][a-z0-9-]{0,15}$/.test(name) ? [] : [{ path: [], message, mend }];
}

/** What a production stage must say, because forgetting would cost opt-outs, or leave nobody to hear of trouble. */
function forgotten({ account, region, registry, alarms, runbook, tags }: z.output<typeof StageSchema>): Mistake[] {
  const isExample = /\.example\.ya?ml$/.test(registry);
  const deaf = (['actNow', 'lookTomorrow'] as const).filter((severity) => alarms[severity].length === 0);
  const untagged = ['owner', 'cost-center'].filter((tag) => tags[tag] === undefined);
  return [
    ...(account === undefined ? [forgot(['account'], 'no account', 'account: "111122223333"')] : []),
    ...(region === undefined ? [forgot(['region'], 'no region', 'region: eu-central-1')] : []),
    ...(isExample
      ? [forgot(['registry'], `${registry} ${EXAMPLE}`, 'copy it, describe your portal, and name the copy')]
      : []),
    ...deaf.map((severity) =>
      forgot(['alarms', severity], `nobody is told of alarms (${severity})`, 'name at least one address'),
    ),
    ...(runbook.startsWith('https://') ? [] : [forgot(['runbook'], 'alarms would link to nowhere', RUNBOOK)]),
    ...untagged.map((tag) => forgot(['tags'], `no tag ${tag}`, 'tags: { owner: …, cost-center: … }')),
  ];
}

const EXAMPLE = 'is an example: opt-outs of your portal would be dropped';
const RUNBOOK = 'the https address at which operators read docs/runbook.md';

function forgot(path: string[], message: string, mend: string): Mistake {
  return { path, message: `production: ${message}`, mend };
}
