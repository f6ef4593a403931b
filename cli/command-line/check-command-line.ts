import { findNear } from '../../shared/domain/mapping/source/suggest-field.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { Command } from './command.ts';

/** `queue show` of `queue show <id>`. */
export function commandName({ usage }: Pick<Command, 'usage'>): string {
  return usage.replace(/\s*[<[].*$/, '');
}

/** The commands that begin with the only word that was given. */
export function listBelow(args: readonly string[], commands: readonly Command[]): Command[] {
  return args.length === 1 ? commands.filter((command) => commandName(command).startsWith(`${args[0]} `)) : [];
}

/** The arguments of a command by their names. @throws {UsageError} when one is missing or too many are there */
export function refuseWrongArguments(command: Command, args: readonly string[]): Record<string, string | string[]> {
  const name = commandName(command);
  const declared = listArguments(command);
  const missing = declared.find(({ required }, index) => required && !args[index]);
  if (missing) throw new UsageError(`${name} needs <${missing.name}>; see cmap ${name} --help`);
  const last = declared.at(-1);
  const extra = last?.variadic ? undefined : args[declared.length];
  if (extra !== undefined) {
    throw new UsageError(`${name} does not know what to do with ${JSON.stringify(extra)}; see cmap ${name} --help`);
  }
  const given = declared.map(({ name: key, variadic }, index) => [key, variadic ? args.slice(index) : args[index]]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

interface Known {
  command: Command | undefined;
  commands: readonly Command[];
  globals: readonly (readonly [flag: string, description: string])[];
}

/** @throws {UsageError} naming the first option the command does not have */
export function refuseUnknownOptions(options: Readonly<Record<string, unknown>>, known: Known): void {
  const { command, commands, globals } = known;
  const names = [...globals, ...(command?.options ?? [])].flatMap(([flag]) => optionNames(flag));
  // Without a command its options are not known yet; the missing command is what to say.
  const others = command ? [] : commands.flatMap((one) => one.options ?? []).flatMap(([flag]) => optionNames(flag));
  const unknown = Object.keys(options).find((name) => !names.includes(name) && !others.includes(name));
  if (unknown === undefined) return;
  const words = names.filter((name) => name.length > 1);
  const near = findNear(unknown, words);
  const help = command ? `see cmap ${commandName(command)} --help` : 'see cmap --help';
  throw new UsageError(`unknown option ${toFlag(unknown)}; ${near ? `did you mean ${toFlag(near)}?` : help}`);
}

/** One line about words that are no command. */
export function describeUnknownCommand([word, ...more]: readonly string[], names: readonly string[]): string {
  if (word === undefined) return 'no command given; see cmap --help';
  const isGroup = names.some((name) => name.startsWith(`${word} `));
  const words = isGroup ? [word, ...more.slice(0, 1)].join(' ') : word;
  const near = findNear(words, names);
  const help = isGroup ? `see cmap ${word} --help` : 'see cmap --help';
  return `unknown command ${JSON.stringify(words)}; ${near ? `did you mean ${near}?` : help}`;
}

/** Whether a command has an option of its own under a name, as the parser gives it. */
export function declaresOption({ options = [] }: Pick<Command, 'options'>, name: string): boolean {
  return options.some(([flag]) => optionNames(flag).includes(name));
}

function listArguments({ usage }: Command): { name: string; required: boolean; variadic: boolean }[] {
  return [...usage.matchAll(/([<[])(\.{3})?([\w-]+)[>\]]/g)].map(([, open, dots, name = '']) => ({
    name,
    required: open === '<',
    variadic: dots !== undefined,
  }));
}

/**
 * The names of `--jira-project <key>`, `--no-open` or `-h, --help` as the parser gives them: `jiraProject`; `open`;
 * `h`, `help`.
 */
function optionNames(flag: string): string[] {
  return flag
    .replace(/\s*[<[].*$/, '')
    .split(/,\s*/)
    .map((one) => one.replace(/^-+(no-)?/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

function toFlag(name: string): string {
  if (name.length === 1) return `-${name}`;
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
