import { wrapWords } from '../../shared/kernel/text/wrap-words.ts';
import type { Command, CommandGroup } from '../command-line/command.ts';

export type HelpOption = readonly [flag: string, description: string];

/** The page for `cmap --help`: the commands in groups of what they need. */
export function formatProgramHelp(groups: readonly CommandGroup[], options: readonly HelpOption[]): string {
  return [
    'cmap maps Jira projects to GitLab repositories.',
    section('Usage', ['cmap <command> [options]']),
    ...formatGroups(groups),
    section('Options', columns(options)),
    'Exit codes: 0 fine, 1 problems found, 2 used wrongly, 3 incomplete.\n`cmap help <command>` or `cmap <command> --help` says more about one command.',
  ].join('\n\n');
}

/** The page for the first word of several commands, such as `cmap queue`. */
export function formatGroupHelp(word: string, commands: readonly Command[], options: readonly HelpOption[]): string {
  return [
    section('Usage', [`cmap ${word} <command> [options]`]),
    section('Commands', columns(commands.map(({ usage, description }) => [usage, description]))),
    section('Options', columns(options)),
  ].join('\n\n');
}

/** The page for `cmap <command> --help`. */
export function formatCommandHelp(command: Command, options: readonly HelpOption[]): string {
  const own = command.options ?? [];
  const others = options.filter(
    ([flag]) => !flag.includes('--version') && !own.some(([name]) => isSameFlag(name, flag)),
  );
  const all = [...own, ...others];
  return [
    wrapWords(command.description, COLUMNS).join('\n'),
    section('Usage', [`cmap ${command.usage} [options]`]),
    section('Options', columns(all)),
    ...(command.exitCodes ? [section('Exit codes', columns(command.exitCodes))] : []),
    section('Examples', [command.example]),
  ].join('\n\n');
}

/** `--env <name>` of a command stands for `--env <environment>` of all. */
function isSameFlag(one: string, other: string): boolean {
  return one.split(' ')[0] === other.split(' ')[0];
}

/** One width for all groups, so that descriptions stand in one column. */
function formatGroups(groups: readonly CommandGroup[]): string[] {
  const usages = groups.flatMap(({ commands }) => commands.map(({ usage }) => usage.length));
  const width = Math.max(...usages);
  return groups.map(({ title, commands }) =>
    section(
      title,
      columns(
        commands.map(({ usage, description }) => [usage, description]),
        width,
      ),
    ),
  );
}

function section(title: string, lines: readonly string[]): string {
  return [`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function columns(rows: readonly HelpOption[], width = Math.max(...rows.map(([first]) => first.length))): string[] {
  return rows.flatMap(([first, second]) =>
    wrapWords(second, COLUMNS - width - INDENT - 2).map(
      (line, index) => `${(index === 0 ? first : '').padEnd(width)}  ${line}`,
    ),
  );
}

/** As wide as a terminal that was never made larger. */
const COLUMNS = 80;
const INDENT = 2;
