import { existsSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { readPortalInfo } from '../../src/hubspot/portal-info.ts';
import { API_VERSION, createTransport, type Send } from '../../src/hubspot/transport.ts';
import { parseRegistry } from '../../src/registry/load.ts';
import { arrangeRegistry } from '../../src/registry/registry.ts';
import { OperatorError } from '../connect.ts';
import { readableExamination } from '../doctor/finding.ts';
import { examineRegistry } from '../doctor/registry.ts';
import { type Ask, type Proposal, propose } from '../init/propose.ts';
import { texts } from '../texts/words.ts';
import { readableUnseen, unseenBecause } from '../unseen.ts';
import { ask } from './ask.ts';
import { type Cli, FOUND } from './cli.ts';

type Given = { out: string; portal?: string };

export function addInit({ program, options, print }: Cli): void {
  program
    .command('init')
    .description(
      'Reads types, properties, forms and brands of a portal and proposes the registry; asks where it cannot tell. Exit 1 if something is open.',
    )
    .option('--out <file>', 'file to write; must not exist', 'registry/our-portal.yaml')
    .option('--portal <id>', 'HubSpot account id, where the token may not read it')
    .addHelpText(
      'after',
      `
Asks HUBSPOT_API_URL (default https://api.hubapi.com) with HUBSPOT_ACCESS_TOKEN. Without a terminal nobody is asked: what
cannot be told is left out, and named. Nothing in HubSpot is changed.

Example:
  HUBSPOT_ACCESS_TOKEN=… widerruf init --out registry/our-portal.yaml`,
    )
    .action(async ({ out, portal }: Given) => {
      if (existsSync(out)) throw new OperatorError(`${out} exists; name another file by --out`);
      const send = sendFrom(process.env);
      const info = await readPortalInfo(send).catch((error: unknown) => {
        throw new OperatorError(readableUnseen(unseenBecause(error), texts[options().lang]).trim());
      });
      const proposal = await propose(await portalId(send, portal), info, process.stdin.isTTY ? askAtTerminal : nobody);
      const text = textOf(proposal);
      const findings = examineRegistry(info, arrangeRegistry(parseRegistry(text, out)));
      writeFileSync(out, text, { flag: 'wx' });
      print(
        { file: out, open: proposal.open, findings },
        `${out}\n${openIn(proposal)}\n${readableExamination(findings)}`,
      );
      if (proposal.open.length > 0 || findings.some(({ level }) => level === 'loss')) process.exitCode = FOUND;
    });
}

function sendFrom(env: NodeJS.ProcessEnv): Send {
  const token = env['HUBSPOT_ACCESS_TOKEN'];
  if (!token) throw new OperatorError('HUBSPOT_ACCESS_TOKEN is not set; set it to the app’s access token');
  return createTransport({
    baseUrl: env['HUBSPOT_API_URL'] || 'https://api.hubapi.com',
    accessToken: () => Promise.resolve(token),
    timeoutMs: 10_000,
    pace: (call) => call(),
  });
}

/** The account's id: given, or as HubSpot tells it. */
async function portalId(send: Send, given: string | undefined): Promise<number> {
  if (given !== undefined && !/^\d{1,15}$/.test(given)) throw new OperatorError(`--portal ${given} is no account id`);
  if (given !== undefined) return Number(given);
  const { status, body } = await send({ method: 'GET', path: `/account-info/${API_VERSION}/details` });
  const told = (body as { portalId?: unknown } | undefined)?.portalId;
  if (status === 200 && typeof told === 'number') return told;
  throw new OperatorError('HubSpot does not tell the account’s id to this token; name it by --portal');
}

const nobody: Ask = () => Promise.resolve(undefined);

/** A numbered list; what is no number of the list is no answer. */
const askAtTerminal: Ask = async ({ text, choices }) => {
  const lines = choices.map(({ label }, i) => `  ${i + 1}  ${label}\n`).join('');
  const answer = await ask(`${text}\n${lines}(number, or nothing if you do not know) `);
  return choices[Number(answer) - 1]?.value;
};

const openIn = ({ open }: Proposal) => open.map((one) => `OPEN  ${one}\n`).join('');

/** The registry file: what is open stands at its head. */
function textOf({ draft, open }: Proposal): string {
  const head = [
    '# yaml-language-server: $schema=./registry.schema.json',
    '# Proposed by widerruf init from the portal’s own names. Read every line: a type at the wrong company closes the wrong mail.',
    ...open.map((one) => `# OPEN: ${one}`),
  ];
  return `${head.join('\n')}\n\n${stringify(draft, { lineWidth: 120 })}`;
}
