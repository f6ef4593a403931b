import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';
import { ACTIVITY_COMMAND } from '../activity/commands.ts';
import { QUERY_WORDS } from './query-words.ts';

/** What is known about runs. */
export const RUN_COMMANDS: CommandGroup = {
  title: 'Runs (need the storage account)',
  commands: [
    {
      usage: 'run ls [...query]',
      description: `List runs, newest first (query: ${QUERY_WORDS} WORD; - excludes, a comma means or)`,
      options: [
        ['--failed', 'As is:failed'],
        ['--binding <key>', 'As project:KEY: runs of one Jira project and its repository'],
        ['--kind <kind>', 'As kind:KIND: coding, review, reply, update, audit or echo'],
        ['--since <duration>', 'As created:<DURATION, such as 2h'],
        ['--after <run>', 'Go on with the runs older than this one, which the end of a list names'],
        ['--limit <count>', 'How many; 20 unless given'],
      ],
      completes: 'queries',
      example: 'cmap run ls is:failed created:<24h -label:wip',
      async run(given, io) {
        const { runLs, RunLsOptions } = await import('./ls.ts');
        return runLs(readOptions(RunLsOptions, given), io);
      },
    },
    {
      usage: 'run show <id>',
      completes: 'runs',
      description: 'Show one run: state, stages, result, transcripts (id: run, PROJ-12, group/app!7)',
      example: 'cmap run show run-1a2b3c4d5e6f',
      async run(given, io) {
        const { runShow, RunShowOptions } = await import('./show.ts');
        return runShow(readOptions(RunShowOptions, given), io);
      },
    },
    {
      usage: 'run logs <id>',
      completes: 'runs',
      description: 'Read what the agent of a run was told, said and did',
      options: [['--full', 'Cut nothing']],
      example: 'cmap run logs PROJ-12',
      async run(given, io) {
        const { runLogs, RunLogsOptions } = await import('./logs.ts');
        return runLogs(readOptions(RunLogsOptions, given), io);
      },
    },
    {
      usage: 'run given-up',
      description: 'List all work that was given up: poisoned, refused (unreadable) and failed',
      options: [['--since <duration>', 'How far back runs are looked at; 7d unless given']],
      example: 'cmap run given-up --since 30d',
      async run(given, io) {
        const { runGivenUp, RunGivenUpOptions } = await import('./given-up.ts');
        return runGivenUp(readOptions(RunGivenUpOptions, given), io);
      },
    },
    {
      usage: 'run retry <id>',
      completes: 'runs',
      description: 'Do the task of a failed run or a poisoned message again, as a new run',
      example: 'cmap run retry run-1a2b3c4d5e6f',
      changes: true,
      async run(given, io) {
        const { runRetry, RunRetryOptions } = await import('./retry.ts');
        return runRetry(readOptions(RunRetryOptions, given), io);
      },
    },
    {
      usage: 'run cancel <id>',
      completes: 'runs',
      description: 'End a run for good',
      options: [['--yes', 'Really end it']],
      example: 'cmap run cancel run-1a2b3c4d5e6f --yes',
      changes: true,
      async run(given, io) {
        const { runCancel, RunCancelOptions } = await import('./cancel.ts');
        return runCancel(readOptions(RunCancelOptions, given), io);
      },
    },
    {
      usage: 'runs export',
      description: 'Print every run with all its events, hashed as a chain, for those who check them later',
      options: [
        ['--since <duration>', 'How far back, such as 7d'],
        ['--format <format>', 'jsonl (default): a line for each run; csv: a line for each event'],
      ],
      example: 'cmap runs export --since 7d --format jsonl > runs.jsonl',
      async run(given, io) {
        const { runsExport, RunsExportOptions } = await import('./export.ts');
        return runsExport(readOptions(RunsExportOptions, given), io);
      },
    },
    {
      usage: 'runs verify [dir]',
      description:
        'Check the days of the run ledger that are kept: none is missing, and none was changed (dir: copies)',
      example: 'cmap runs verify',
      async run(given, io) {
        const { runsVerify, RunsVerifyOptions } = await import('./verify.ts');
        return runsVerify(readOptions(RunsVerifyOptions, given), io);
      },
    },
    ACTIVITY_COMMAND,
  ],
};
