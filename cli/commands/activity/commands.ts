import { readOptions } from '../../arguments/read-options.ts';
import type { Command } from '../../command-line/command.ts';

/** What happened to runs, in the order of time. */
export const ACTIVITY_COMMAND: Command = {
  usage: 'activity [subject]',
  completes: 'subjects',
  description: 'Show what happened to runs, newest last (subject: PROJ-12, group/app!7)',
  options: [
    ['--since <duration>', 'How far back, such as 2h; without a subject 1d'],
    ['--follow', 'Go on until Ctrl-C; with --json one line for each event'],
    ['--steps', 'Also what the agent does step by step'],
  ],
  example: 'cmap activity --since 2h --follow',
  async run(given, io) {
    const { activity, ActivityOptions } = await import('./activity.ts');
    return activity(readOptions(ActivityOptions, given), io);
  },
};
