import { type CAC, cac } from 'cac';
import { PRODUCT_VERSION } from '../shared/app/product-version.ts';
import { TaskError } from '../shared/kernel/errors.ts';
import { guard, unguard } from './arguments/guard-arguments.ts';
import { joinCommandWords, spellOut } from './arguments/join-command-words.ts';
import { takeEnvironment } from './arguments/take-environment.ts';
import { UsageError } from './arguments/usage-error.ts';
import { COMMAND_GROUPS } from './command-groups.ts';
import {
  commandName,
  declaresOption,
  describeUnknownCommand,
  listBelow,
  refuseUnknownOptions,
  refuseWrongArguments,
} from './command-line/check-command-line.ts';
import type { Command } from './command-line/command.ts';
import { GLOBAL_OPTIONS } from './command-line/global-options.ts';
import { COMPLETE_COMMAND } from './commands/completion/commands.ts';
import type { CliIO } from './io/io.ts';
import { answer } from './output/answer.ts';
import { describeEnvironment } from './output/describe-environment.ts';
import { describeFailure } from './output/describe-error.ts';
import { formatCommandHelp, formatGroupHelp, formatProgramHelp } from './output/format-help.ts';
import { refuse } from './output/refuse.ts';

const COMMANDS: readonly Command[] = [...COMMAND_GROUPS.flatMap(({ commands }) => commands), COMPLETE_COMMAND];

/** The words commands begin with. */
export const FIRST_WORDS: readonly string[] = COMMANDS.map((command) => commandName(command).split(' ')[0] ?? '');

/** Runs one command line and resolves with its exit code: 0 fine, 1 problems found, 2 used wrongly, 3 incomplete. */
export function runProgram(argv: readonly string[], io: CliIO): Promise<number> {
  const json = argv.includes('--json');
  return refuseFailures(json, io, async () => {
    const chosen = choose(argv, io);
    if (typeof chosen === 'number') return chosen;
    const { command, given, environment } = chosen;
    if (command.local) return command.run({ ...given, ...(environment === undefined ? {} : { env: environment }) }, io);
    const opened = await openEnvironment(environment, io);
    // What fails from here on may repeat a secret of the environment, which its surroundings mask.
    return refuseFailures(json, opened, () => {
      if (command.changes && opened.environment)
        opened.warn(`cmap: this works on the environment ${describeEnvironment(opened.environment)}`);
      return command.run(given, opened);
    });
  });
}

async function refuseFailures(json: boolean, io: CliIO, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const failure = describeEnd(error);
    if (!failure) throw error;
    return refuse({ ...failure, json }, io);
  }
}

/** Loads nothing where no environment is named and this person has none. */
async function openEnvironment(name: string | undefined, io: CliIO): Promise<CliIO> {
  const isNamed = name !== undefined || Boolean(io.shell['CMAP_ENV']?.trim());
  if (!isNamed && !(await io.environments?.exists())) return io;
  return (await import('./environments/open-environment.ts')).openEnvironment(name, io);
}

/** `undefined` for a bug. */
function describeEnd(error: unknown): { error: string; exitCode: 1 | 2 } | undefined {
  if (error instanceof UsageError) return { error: error.message, exitCode: 2 };
  if (error instanceof TaskError && error.code !== 'unexpected') return { error: describeFailure(error), exitCode: 1 };
  return undefined;
}

interface ChosenCommand {
  command: Command;
  given: Record<string, unknown>;
  /** What `--env` names. */
  environment: string | undefined;
}

/** The command of a command line; the exit code where a page or the version was printed and there is nothing to run. */
function choose(argv: readonly string[], io: CliIO): ChosenCommand | number {
  const names = COMMANDS.map(commandName);
  const taken = takeEnvironment(argv, COMMANDS.filter((one) => declaresOption(one, 'env')).map(commandName));
  const { command, args, options } = parse(joinCommandWords(spellOut(taken.argv), names));
  const below = command ? [] : listBelow(args, COMMANDS);
  const json = Boolean(options['json']);

  if (options['version'] && !command) {
    return answer({ json, document: { version: PRODUCT_VERSION }, text: () => `cmap ${PRODUCT_VERSION}` }, io);
  }
  if (below.length > 0 || (options['help'] && (command || args.length === 0))) {
    const help = formatHelp(command, args[0], below);
    return answer({ json, document: { help }, text: () => help }, io);
  }
  refuseUnknownOptions(options, { command, commands: COMMANDS, globals: GLOBAL_OPTIONS });
  if (!command) throw new UsageError(describeUnknownCommand(args, names));
  return { command, given: { ...options, ...refuseWrongArguments(command, args) }, environment: taken.name };
}

function formatHelp(command: Command | undefined, word = '', below: readonly Command[]): string {
  if (command) return formatCommandHelp(command, GLOBAL_OPTIONS);
  return below.length > 0
    ? formatGroupHelp(word, below, GLOBAL_OPTIONS)
    : formatProgramHelp(COMMAND_GROUPS, GLOBAL_OPTIONS);
}

interface CommandLine {
  command: Command | undefined;
  args: string[];
  options: Record<string, unknown>;
}

/** What stands after `--` is an argument even when it begins with a dash. */
function parse(argv: readonly string[]): CommandLine {
  const cli = createParser();
  cli.parse(['node', 'cmap', ...guard(argv)], { run: false });
  const { '--': afterDashes, ...rest } = cli.options;
  const args = [...cli.args, ...(Array.isArray(afterDashes) ? afterDashes : [])].map((argument) =>
    String(unguard(argument)),
  );
  const command = COMMANDS.find((one) => commandName(one) === cli.matchedCommand?.name);
  return {
    command,
    args,
    options: Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, unguard(value)])),
  };
}

function createParser(): CAC {
  const cli = cac('cmap');
  for (const [flag, description] of GLOBAL_OPTIONS) cli.option(flag, description);
  for (const { usage, description, options = [] } of COMMANDS) {
    const command = cli.command(usage, description);
    for (const [flag, text] of options) command.option(flag, text);
  }
  return cli;
}
