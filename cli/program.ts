import { type CAC, cac } from 'cac';
import { PRODUCT_VERSION } from '../shared/app/product-version.ts';
import { TaskError } from '../shared/kernel/errors.ts';
import { guard, unguard } from './arguments/guard-arguments.ts';
import { joinCommandWords, spellOut } from './arguments/join-command-words.ts';
import { UsageError } from './arguments/usage-error.ts';
import { COMMAND_GROUPS } from './command-groups.ts';
import {
  commandName,
  describeUnknownCommand,
  listBelow,
  refuseUnknownOptions,
  refuseWrongArguments,
} from './command-line/check-command-line.ts';
import type { Command } from './command-line/command.ts';
import { GLOBAL_OPTIONS } from './command-line/global-options.ts';
import type { CliIO } from './io/io.ts';
import { describeFailure } from './output/describe-error.ts';
import { formatCommandHelp, formatGroupHelp, formatProgramHelp } from './output/format-help.ts';
import { refuse } from './output/refuse.ts';

const COMMANDS: readonly Command[] = COMMAND_GROUPS.flatMap(({ commands }) => commands);

/** Runs one command line and resolves with its exit code: 0 fine, 1 problems found, 2 used wrongly, 3 incomplete. */
export async function runProgram(argv: readonly string[], io: CliIO): Promise<number> {
  try {
    return await chooseAndRun(argv, io);
  } catch (error) {
    const failure = describeEnd(error);
    if (!failure) throw error;
    return refuse({ ...failure, json: argv.includes('--json') }, io);
  }
}

/** `undefined` for a bug. */
function describeEnd(error: unknown): { error: string; exitCode: 1 | 2 } | undefined {
  if (error instanceof UsageError) return { error: error.message, exitCode: 2 };
  if (error instanceof TaskError && error.code !== 'unexpected') return { error: describeFailure(error), exitCode: 1 };
  return undefined;
}

async function chooseAndRun(argv: readonly string[], io: CliIO): Promise<number> {
  const names = COMMANDS.map(commandName);
  const { command, args, options } = parse(joinCommandWords(spellOut(argv), names));
  const below = command ? [] : listBelow(args, COMMANDS);

  if (options['version'] && !command) {
    io.print(options['json'] ? JSON.stringify({ version: PRODUCT_VERSION }) : `cmap ${PRODUCT_VERSION}`);
    return 0;
  }
  if (below.length > 0 || (options['help'] && (command || args.length === 0))) {
    const help = formatHelp(command, args[0], below);
    io.print(options['json'] ? JSON.stringify({ ok: true, help }, null, 2) : help);
    return 0;
  }
  refuseUnknownOptions(options, { command, commands: COMMANDS, globals: GLOBAL_OPTIONS });
  if (!command) throw new UsageError(describeUnknownCommand(args, names));
  return command.run({ ...options, ...refuseWrongArguments(command, args) }, io);
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
