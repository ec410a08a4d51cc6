import { type Argument, type Command, Help, type Option } from 'commander';
import { helpTexts, type Language } from '../texts/words.ts';

/** Lets a program, and the commands that are added to the program later, give help in a language. */
export function speakIn(language: Language, program: Command): void {
  const t = helpTexts[language].headings;
  const titles: Record<string, string> = {
    'Usage:': t.usage,
    'Options:': t.options,
    'Global Options:': t.globals,
    'Arguments:': t.arguments,
    'Commands:': t.commands,
  };
  const inLanguage = (extra: string) =>
    extra
      .replace(/([(, ])choices: /, `$1${t.choices}: `)
      .replace(/([(, ])default: /, `$1${t.standard}: `)
      .replace(/([(, ])env: /, `$1${t.env}: `);
  const original = new Help();
  program.configureHelp({
    showGlobalOptions: true,
    commandUsage: (command) =>
      original
        .commandUsage(command)
        .replace('[options]', `[${t.anyOptions}]`)
        .replace('[command]', `[${t.anyCommand}]`),
    styleTitle: (title) => titles[title] ?? title,
    // Only what commander adds after the description is translated here: the description is in the language already.
    optionDescription: (option: Option) => added(option.description, original.optionDescription(option), inLanguage),
    argumentDescription: (argument: Argument) =>
      added(argument.description, original.argumentDescription(argument), inLanguage),
  });
}

function added(description: string, whole: string, inLanguage: (extra: string) => string): string {
  return description + inLanguage(whole.slice(description.length));
}

/** The options and commands that commander and its companions add by themselves, in a language. */
export function speakInAll(language: Language, program: Command): void {
  const { headings, program: help } = helpTexts[language];
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command.helpOption('-h, --help', headings.help);
    if (command.commands.length > 0) command.helpCommand('help [command]', headings.help);
    if (command.name() === 'completion') command.description(help.completion);
  }
}
