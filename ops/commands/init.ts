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
import { doctorTexts, type OutputTexts, outputTexts, texts } from '../texts/words.ts';
import { readableUnseen, unseenBecause } from '../unseen.ts';
import { ask } from './ask.ts';
import { type Cli, FOUND } from './cli.ts';

type Given = { out: string; portal?: string };

export function addInit({ program, help, examples, options, print }: Cli): void {
  program
    .command('init')
    .description(help.init.what)
    .option('--out <file>', help.init.out, 'registry/our-portal.yaml')
    .option('--portal <id>', help.init.portal)
    .addHelpText(
      'after',
      `\n${help.init.after}\n${examples('HUBSPOT_ACCESS_TOKEN=… widerruf init --out registry/our-portal.yaml')}`,
    )
    .action(async ({ out, portal }: Given) => {
      if (existsSync(out)) throw new OperatorError((t) => t.fileExists(out));
      const send = sendFrom(process.env);
      const info = await readPortalInfo(send).catch((error: unknown) => {
        throw new OperatorError(readableUnseen(unseenBecause(error), texts[options().lang]).trim());
      });
      const t = outputTexts[options().lang].init;
      const td = doctorTexts[options().lang];
      const asking = process.stdin.isTTY ? askAtTerminal(t) : nobody;
      const proposal = await propose(await portalId(send, portal), info, asking, t);
      const text = textOf(proposal, t);
      const findings = examineRegistry(info, arrangeRegistry(parseRegistry(text, out)), td);
      writeFileSync(out, text, { flag: 'wx' });
      print(
        { file: out, open: proposal.open, findings },
        `${out}\n${openIn(proposal, t)}\n${readableExamination(findings, td)}`,
      );
      if (proposal.open.length > 0 || findings.some(({ level }) => level === 'loss')) process.exitCode = FOUND;
    });
}

function sendFrom(env: NodeJS.ProcessEnv): Send {
  const token = env['HUBSPOT_ACCESS_TOKEN'];
  if (!token) throw new OperatorError((t) => t.noToken);
  return createTransport({
    baseUrl: env['HUBSPOT_API_URL'] || 'https://api.hubapi.com',
    accessToken: () => Promise.resolve(token),
    timeoutMs: 10_000,
    pace: (call) => call(),
  });
}

/** The account's id: given, or as HubSpot tells it. */
async function portalId(send: Send, given: string | undefined): Promise<number> {
  if (given !== undefined && !/^\d{1,15}$/.test(given)) throw new OperatorError((t) => t.noAccount(given));
  if (given !== undefined) return Number(given);
  const { status, body } = await send({ method: 'GET', path: `/account-info/${API_VERSION}/details` });
  const told = (body as { portalId?: unknown } | undefined)?.portalId;
  if (status === 200 && typeof told === 'number') return told;
  throw new OperatorError((t) => t.accountUntold);
}

const nobody: Ask = () => Promise.resolve(undefined);

/** A numbered list; what is no number of the list is no answer. */
const askAtTerminal =
  (t: OutputTexts['init']): Ask =>
  async ({ text, choices }) => {
    const lines = choices.map(({ label }, i) => `  ${i + 1}  ${label}\n`).join('');
    const answer = await ask(`${text}\n${lines}${t.choose} `);
    return choices[Number(answer) - 1]?.value;
  };

const openIn = ({ open }: Proposal, t: OutputTexts['init']) => open.map((one) => `${t.open}  ${one}\n`).join('');

/** The registry file: what is open stands at its head. */
function textOf({ draft, open }: Proposal, t: OutputTexts['init']): string {
  const head = [
    '# yaml-language-server: $schema=./registry.schema.json',
    `# ${t.proposed}`,
    ...open.map((one) => `# ${t.open}: ${one}`),
  ];
  return `${head.join('\n')}\n\n${stringify(draft, { lineWidth: 120 })}`;
}
