import type { Connection } from '../connect.ts';
import { countAnew, countsOf } from '../count.ts';
import { examine } from '../doctor/doctor.ts';
import { readableExamination } from '../doctor/finding.ts';
import { findContacts } from '../person.ts';
import { readableSmoke, smoke } from '../smoke.ts';
import { readableStatus, statusOf } from '../status.ts';
import { texts } from '../texts/words.ts';
import { NOT_PROVED, readableVerification, verify } from '../verify.ts';
import { type Cli, FOUND } from './cli.ts';
import { progress } from './progress.ts';
import { tellUnseen } from './tell-unseen.ts';

export function addDoctor({ program, connect, print }: Cli): void {
  program
    .command('doctor')
    .description('Is this portal what the registry says? Exit 1 if an opt-out could be lost.')
    .addHelpText('after', '\nExample:\n  widerruf --stage prod --registry registry/our-portal.yaml doctor')
    .action(async () => {
      const findings = await examine(await connect());
      print(findings, readableExamination(findings));
      if (findings.some(({ level }) => level === 'loss')) process.exitCode = FOUND;
    });
}

export function addSmoke({ program, connect, print }: Cli): void {
  program
    .command('smoke')
    .description('Is the front door open to HubSpot, and to nobody else? Changes nothing. Exit 1 if not.')
    .addHelpText('after', '\nExample:\n  widerruf --stage prod --registry registry/our-portal.yaml smoke')
    .action(async () => {
      const checks = await smoke(await connect());
      print(checks, readableSmoke(checks));
      if (checks.some(({ answered, expected }) => answered !== expected)) process.exitCode = FOUND;
    });
}

export function addVerify({ program, options, connect, print }: Cli): void {
  program
    .command('verify [address-or-contact]')
    .description(
      'Checks the hash chains of all contacts or of one. Exit 1 if an entry was altered, or removed before another.',
    )
    .addHelpText('after', `\nDoes not prove ${NOT_PROVED.join(', ')}.`)
    .addHelpText('after', '\nExamples:\n  widerruf --stage prod verify\n  widerruf verify 101')
    .action(async (who: string | undefined) => {
      const connection = await connect();
      const found = who === undefined ? undefined : await findContacts(who, connection);
      const result = await verify(connection, found?.contacts, ({ contacts: count }) =>
        progress(`${count} contacts …`),
      );
      print(result, readableVerification(result, texts[options().lang]));
      if (result.broken.length > 0) process.exitCode = FOUND;
      tellUnseen(found ?? {}, options().lang);
    });
}

export function addStatus({ program, options, connect, print }: Cli): void {
  program
    .command('status')
    .description(
      'The oldest opt-out that is not in HubSpot yet, backlog, last audit, refusals today. Exit 1 if any is late or dead, or not counted.',
    )
    .option('--full', 'read everybody’s ledger instead of what is counted, and mend the counts')
    .addHelpText(
      'after',
      '\nAsks only for what is open, so the time does not grow with the ledger. Where an earlier version wrote entries, "not counted yet"\nstands until --full was called once.',
    )
    .addHelpText('after', '\nExamples:\n  widerruf --stage prod status\n  widerruf --stage prod status --full')
    .action(async ({ full }: { full?: true }) => {
      const anew = (source: Connection) => countAnew(source, (count) => progress(`${count} contacts …`));
      const status = await statusOf(await connect(), full ? anew : countsOf);
      print(status, readableStatus(status, options().lang));
      const dead = Object.values(status.deadLetters).some((count) => count > 0);
      if (status.oldestUnapplied !== null || !status.counted || dead) process.exitCode = FOUND;
    });
}
