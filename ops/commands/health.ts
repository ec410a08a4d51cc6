import type { Connection } from '../connect.ts';
import { countAnew, countsOf } from '../count.ts';
import { examine } from '../doctor/doctor.ts';
import { readableExamination } from '../doctor/finding.ts';
import { findContacts } from '../person.ts';
import { readableSmoke, smoke } from '../smoke.ts';
import { readableStatus, statusOf } from '../status.ts';
import { doctorTexts, outputTexts } from '../texts/words.ts';
import { readableVerification, verify } from '../verify.ts';
import { type Cli, FOUND } from './cli.ts';
import { progress } from './progress.ts';
import { tellUnseen } from './tell-unseen.ts';

export function addDoctor({ program, help, examples, options, connect, print }: Cli): void {
  program
    .command('doctor')
    .description(help.doctor.what)
    .addHelpText('after', examples('widerruf --stage prod --registry registry/our-portal.yaml doctor'))
    .action(async () => {
      const t = doctorTexts[options().lang];
      const findings = await examine(await connect(), t);
      print(findings, readableExamination(findings, t));
      if (findings.some(({ level }) => level === 'loss')) process.exitCode = FOUND;
    });
}

export function addSmoke({ program, help, examples, options, connect, print }: Cli): void {
  program
    .command('smoke')
    .description(help.smoke.what)
    .addHelpText('after', examples('widerruf --stage prod --registry registry/our-portal.yaml smoke'))
    .action(async () => {
      const t = outputTexts[options().lang].smoke;
      const checks = await smoke(await connect(), t);
      print(checks, readableSmoke(checks, t));
      if (checks.some(({ answered, expected }) => answered !== expected)) process.exitCode = FOUND;
    });
}

export function addVerify({ program, help, examples, options, connect, print }: Cli): void {
  program
    .command('verify [address-or-contact]')
    .description(help.verify.what)
    .addHelpText('after', `\n${help.verify.after}\n${examples('widerruf --stage prod verify', 'widerruf verify 101')}`)
    .action(async (who: string | undefined) => {
      const connection = await connect();
      const found = who === undefined ? undefined : await findContacts(who, connection);
      const result = await verify(connection, found?.contacts, ({ contacts: count }) =>
        progress(outputTexts[options().lang].progress.contacts(count)),
      );
      print(result, readableVerification(result, options().lang));
      if (result.broken.length > 0) process.exitCode = FOUND;
      tellUnseen(found ?? {}, options().lang);
    });
}

export function addStatus({ program, help, examples, options, connect, print }: Cli): void {
  program
    .command('status')
    .description(help.status.what)
    .option('--full', help.status.full)
    .addHelpText(
      'after',
      `
${help.status.after}
${examples('widerruf --stage prod status', 'widerruf --stage prod status --full')}`,
    )
    .action(async ({ full }: { full?: true }) => {
      const t = outputTexts[options().lang].progress;
      const anew = (source: Connection) => countAnew(source, (count) => progress(t.contacts(count)));
      const status = await statusOf(await connect(), full ? anew : countsOf);
      print(status, readableStatus(status, options().lang));
      const dead = Object.values(status.deadLetters).some((count) => count > 0);
      if (status.oldestUnapplied !== null || !status.counted || dead) process.exitCode = FOUND;
    });
}
