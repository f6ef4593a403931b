import { type CAC, type Command, cac } from 'cac';

import packageJson from '../package.json' with { type: 'json' };
import { findNear } from '../shared/domain/mapping/source/suggest-field.ts';
import { TaskError } from '../shared/kernel/errors.ts';
import { guard, joinCommandWords, unguard } from './arguments/guard-arguments.ts';
import { readOptions } from './arguments/read-options.ts';
import { UsageError } from './arguments/usage-error.ts';
import type { CliIO } from './io/io.ts';
import { describeFailure } from './output/describe-error.ts';
import { formatCommandHelp, formatProgramHelp } from './output/format-help.ts';

type RawOptions = Record<string, unknown>;

/** Every command of `cmap`. Bodies are loaded when chosen, so that `--help` is instant. */
function createProgram(io: CliIO): CAC {
  const cli = cac('cmap');
  cli.option('--json', 'Print one JSON document instead of text');
  cli.option('-h, --help', 'Show this page');
  cli.option('-v, --version', 'Print the version');

  cli
    .command('init [path]', 'Write a binding for the repository you are in (path: cmap.yaml)')
    .option('--jira-project <key>', 'The key of the Jira project, such as PROJ')
    .option('--repo <path>', 'The GitLab repository; without it, the one this clone came from')
    .option('--target-branch <name>', 'The branch merge requests go to')
    .option('--credential-ref <name>', 'The name of the GitLab credential')
    .option('--yes', 'Ask nothing; change an existing file after keeping a copy')
    .option('--dry-run', 'Print the file instead of writing it')
    .example('cmap init --jira-project PROJ')
    .action(async (path: string | undefined, options: RawOptions) => {
      const { init, InitOptions } = await import('./commands/map/init.ts');
      return init(readOptions(InitOptions, { ...options, path }), io);
    });

  cli
    .command('validate <path>', 'Check a mapping file and list the credentials it needs')
    .option('--check-env', 'A credential missing from this environment is an error')
    .example('cmap validate cmap.yaml --check-env')
    .action(async (path: string, options: RawOptions) => {
      const { validate, ValidateOptions } = await import('./commands/map/validate.ts');
      return validate(readOptions(ValidateOptions, { ...options, path }), io);
    });

  cli
    .command('show <path>', 'Show the bindings of a mapping file as a table')
    .example('cmap show cmap.yaml')
    .action(async (path: string, options: RawOptions) => {
      const { show, ShowOptions } = await import('./commands/map/show.ts');
      return show(readOptions(ShowOptions, { ...options, path }), io);
    });

  cli
    .command('render-json <path>', 'Print the JSON the runtime reads')
    .option('--compact', 'On one line')
    .example('cmap render-json cmap.yaml > mapping.json')
    .action(async (path: string, options: RawOptions) => {
      const { renderJson, RenderJsonOptions } = await import('./commands/map/render-json.ts');
      return renderJson(readOptions(RenderJsonOptions, { ...options, path }), io);
    });

  cli
    .command('schema', 'Print the JSON Schema of the mapping file, for editors')
    .example('cmap schema > cmap.schema.json')
    .action(async () => {
      const { schema } = await import('./commands/map/schema.ts');
      return schema(io);
    });

  declareQueueCommands(cli, io);
  declareInquiries(cli, io);
  declareClaimCommands(cli, io);
  return cli;
}

/** What an operator does about messages that could not be worked on. */
function declareQueueCommands(cli: CAC, io: CliIO): void {
  cli
    .command('queue ls', 'List poisoned and waiting messages')
    .example('cmap queue ls')
    .action(async (options: RawOptions) => {
      const { queueLs, QueueLsOptions } = await import('./commands/queue/ls.ts');
      return queueLs(readOptions(QueueLsOptions, options), io);
    });

  cli
    .command('queue show <id>', 'Show one message and its run (id: message id, its beginning, or run id)')
    .example('cmap queue show 3f2504e0')
    .action(async (id: string, options: RawOptions) => {
      const { queueShow, QueueShowOptions } = await import('./commands/queue/show.ts');
      return queueShow(readOptions(QueueShowOptions, { ...options, id }), io);
    });

  cli
    .command('queue requeue <id>', 'Start a new run for a poisoned message')
    .example('cmap queue requeue 3f2504e0')
    .action(async (id: string, options: RawOptions) => {
      const { queueRequeue, QueueRequeueOptions } = await import('./commands/queue/requeue.ts');
      return queueRequeue(readOptions(QueueRequeueOptions, { ...options, id }), io);
    });

  cli
    .command('queue drop <id>', 'Delete a poisoned message for good')
    .option('--yes', 'Really delete it')
    .example('cmap queue drop 3f2504e0 --yes')
    .action(async (id: string, options: RawOptions) => {
      const { queueDrop, QueueDropOptions } = await import('./commands/queue/drop.ts');
      return queueDrop(readOptions(QueueDropOptions, { ...options, id }), io);
    });
}

/** Commands that ask storage, GitLab or Jira, with the settings of the deployment, and change nothing. */
function declareInquiries(cli: CAC, io: CliIO): void {
  cli
    .command('explain <subject>', 'Say what became of an issue (PROJ-12) or merge request (group/app!7), and why')
    .example('cmap explain PROJ-12')
    .action(async (subject: string, options: RawOptions) => {
      const { explain, ExplainOptions } = await import('./commands/explain/explain.ts');
      return explain(readOptions(ExplainOptions, { ...options, subject }), io);
    });

  cli
    .command('ready [project]', 'List the issues in their trigger: which start now, and why the others wait')
    .example('cmap ready PROJ')
    .action(async (project: string | undefined, options: RawOptions) => {
      const { ready, ReadyOptions } = await import('./commands/ready/ready.ts');
      return ready(readOptions(ReadyOptions, { ...options, project }), io);
    });

  cli
    .command('activity [subject]', 'Show what happened to runs, newest last (subject: PROJ-12, group/app!7)')
    .option('--since <duration>', 'How far back, such as 2h; without a subject 1d')
    .option('--follow', 'Go on until Ctrl-C; with --json one line for each event')
    .option('--steps', 'Also what the agent does step by step')
    .example('cmap activity --since 2h --follow')
    .action(async (subject: string | undefined, options: RawOptions) => {
      const { activity, ActivityOptions } = await import('./commands/activity/activity.ts');
      return activity(readOptions(ActivityOptions, { ...options, subject }), io);
    });

  cli
    .command('run show <id>', 'Show one run: state, stages, result, transcripts')
    .example('cmap run show run-1a2b3c4d5e6f')
    .action(async (id: string, options: RawOptions) => {
      const { runShow, RunShowOptions } = await import('./commands/run/show.ts');
      return runShow(readOptions(RunShowOptions, { ...options, id }), io);
    });

  cli
    .command('doctor [path]', 'Check live whether every binding would work (path: a mapping file)')
    .example('cmap doctor cmap.yaml')
    .action(async (path: string | undefined, options: RawOptions) => {
      const { doctor, DoctorOptions } = await import('./commands/doctor/doctor.ts');
      return doctor(readOptions(DoctorOptions, { ...options, path }), io);
    });

  cli
    .command('whoami', 'Say who cmap is in GitLab and in Jira')
    .example('cmap whoami')
    .action(async (options: RawOptions) => {
      const { whoami, WhoamiOptions } = await import('./commands/doctor/whoami.ts');
      return whoami(readOptions(WhoamiOptions, options), io);
    });

  cli
    .command('jira users <name>', 'Find the account ids a mapping needs')
    .example('cmap jira users "Ada Lovelace"')
    .action(async (name: string, options: RawOptions) => {
      const { jiraUsers, JiraUsersOptions } = await import('./commands/jira/users.ts');
      return jiraUsers(readOptions(JiraUsersOptions, { ...options, name }), io);
    });

  cli
    .command('jira statuses <project>', 'List the status names of a Jira project')
    .example('cmap jira statuses PROJ')
    .action(async (project: string, options: RawOptions) => {
      const { jiraStatuses, JiraStatusesOptions } = await import('./commands/jira/statuses.ts');
      return jiraStatuses(readOptions(JiraStatusesOptions, { ...options, project }), io);
    });
}

/** Who works on what, and how a person takes it away or keeps it closed. */
function declareClaimCommands(cli: CAC, io: CliIO): void {
  cli
    .command('claims ls', 'List which run holds which issue or merge request')
    .example('cmap claims ls')
    .action(async (options: RawOptions) => {
      const { claimsLs, ClaimsLsOptions } = await import('./commands/claims/ls.ts');
      return claimsLs(readOptions(ClaimsLsOptions, options), io);
    });

  cli
    .command('claims release <claim>', 'Free a claim whose runner is gone (claim: a scope, PROJ-12, group/app!7)')
    .option('--force', 'Also take it from a runner at work, which then stops within a minute')
    .example('cmap claims release PROJ-12')
    .action(async (claim: string, options: RawOptions) => {
      const { claimsRelease, ClaimsReleaseOptions } = await import('./commands/claims/release.ts');
      return claimsRelease(readOptions(ClaimsReleaseOptions, { ...options, claim }), io);
    });

  cli
    .command('claims extend <claim>', 'Keep runs away from an issue or merge request for a while')
    .option('--for <duration>', 'From now on, such as 2h; at most 1d')
    .option('--force', 'Also take it from a runner at work, which then stops within a minute')
    .example('cmap claims extend PROJ-12 --for 2h')
    .action(async (claim: string, options: RawOptions) => {
      const { claimsExtend, ClaimsExtendOptions } = await import('./commands/claims/extend.ts');
      return claimsExtend(readOptions(ClaimsExtendOptions, { ...options, claim }), io);
    });
}

/** Runs one command line and resolves with its exit code: 0 fine, 1 problems found, 2 used wrongly. */
export async function runProgram(argv: readonly string[], io: CliIO): Promise<number> {
  try {
    return await chooseAndRun(argv, io);
  } catch (error) {
    const failure = describeEnd(error);
    if (!failure) throw error;
    io.warn(`cmap: ${failure.message}`);
    if (argv.includes('--json')) io.print(JSON.stringify({ ok: false, error: failure.message }, null, 2));
    return failure.exitCode;
  }
}

/** `undefined` for a bug. */
function describeEnd(error: unknown): { message: string; exitCode: number } | undefined {
  if (error instanceof UsageError) return { message: error.message, exitCode: 2 };
  if (error instanceof TaskError && error.code !== 'unexpected')
    return { message: describeFailure(error), exitCode: 1 };
  return undefined;
}

async function chooseAndRun(argv: readonly string[], io: CliIO): Promise<number> {
  const cli = createProgram(io);
  const names = cli.commands.map(({ name }) => name);
  cli.parse(['node', 'cmap', ...guard(joinCommandWords(argv, names))], { run: false });
  const { options, args } = readParsed(cli);
  const command = cli.matchedCommand;

  if (options['version'] && !command) {
    io.print(options['json'] ? JSON.stringify({ version: packageJson.version }) : `cmap ${packageJson.version}`);
    return 0;
  }
  if (options['help'] && (command || args.length === 0)) {
    const globals = cli.globalCommand.options;
    io.print(command ? formatCommandHelp(command, globals) : formatProgramHelp(cli.commands, globals));
    return 0;
  }
  refuseUnknownOptions(cli, command, options);
  if (!command) throw new UsageError(describeMissingCommand(args[0], names));
  refuseWrongArguments(command, args);

  const given = command.args.map((_, index) => args[index]);
  const exitCode: unknown = await command.commandAction?.(...given, options);
  return typeof exitCode === 'number' ? exitCode : 0;
}

/** What stands after `--` is an argument even when it begins with a dash. */
function readParsed(cli: CAC): { args: string[]; options: RawOptions } {
  const { '--': afterDashes, ...rest } = cli.options;
  const args = [...cli.args, ...(Array.isArray(afterDashes) ? afterDashes : [])].map((argument) =>
    String(unguard(argument)),
  );
  return { args, options: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, unguard(value)])) };
}

function refuseUnknownOptions(cli: CAC, command: Command | undefined, options: RawOptions): void {
  const known = [...cli.globalCommand.options, ...(command?.options ?? [])];
  for (const name of Object.keys(options)) {
    if (known.some((option) => option.names.includes(name))) continue;
    // Without a command its options are not known yet; the missing command is what to say.
    if (!command && cli.commands.some((other) => other.hasOption(name))) continue;
    const near = findNear(
      name,
      known.map((option) => option.name),
    );
    throw new UsageError(
      `unknown option ${toFlag(name)}; ${near ? `did you mean ${toFlag(near)}?` : 'see cmap --help'}`,
    );
  }
}

function refuseWrongArguments(command: Command, args: readonly string[]): void {
  const missing = command.args.find((argument, index) => argument.required && !args[index]);
  if (missing) throw new UsageError(`${command.name} needs <${missing.value}>; see cmap ${command.name} --help`);
  const takesMore = command.args.some((argument) => argument.variadic);
  const extra = takesMore ? undefined : args[command.args.length];
  if (extra !== undefined)
    throw new UsageError(
      `${command.name} does not know what to do with ${JSON.stringify(extra)}; see cmap ${command.name} --help`,
    );
}

function describeMissingCommand(word: string | undefined, names: readonly string[]): string {
  if (word === undefined) return 'no command given; see cmap --help';
  const below = names.filter((name) => name.startsWith(`${word} `)).map((name) => name.slice(word.length + 1));
  if (below.length > 0) return `${word} needs one of ${below.join(', ')}; see cmap --help`;
  const near = findNear(word, names);
  return `unknown command ${JSON.stringify(word)}; ${near ? `did you mean ${near}?` : 'see cmap --help'}`;
}

function toFlag(name: string): string {
  if (name.length === 1) return `-${name}`;
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
