import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';

/** What is known about runs. */
export const RUN_COMMANDS: CommandGroup = {
  title: 'Runs (need the storage account)',
  commands: [
    {
      usage: 'run show <id>',
      description: 'Show one run: state, stages, result, transcripts (id: run, PROJ-12, group/app!7)',
      example: 'cmap run show run-1a2b3c4d5e6f',
      async run(given, io) {
        const { runShow, RunShowOptions } = await import('./show.ts');
        return runShow(readOptions(RunShowOptions, given), io);
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
      usage: 'activity [subject]',
      description: 'Show what happened to runs, newest last (subject: PROJ-12, group/app!7)',
      options: [
        ['--since <duration>', 'How far back, such as 2h; without a subject 1d'],
        ['--follow', 'Go on until Ctrl-C; with --json one line for each event'],
        ['--steps', 'Also what the agent does step by step'],
      ],
      example: 'cmap activity --since 2h --follow',
      async run(given, io) {
        const { activity, ActivityOptions } = await import('../activity/activity.ts');
        return activity(readOptions(ActivityOptions, given), io);
      },
    },
  ],
};
