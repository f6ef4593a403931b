import { readOptions } from '../../arguments/read-options.ts';
import type { Command } from '../../command-line/command.ts';

/** Why nothing happened, of all issues and merge requests of a time. */
export const SKIPS_COMMAND: Command = {
  usage: 'skips',
  description: 'List issues and merge requests for which nothing happened, newest first, and why',
  options: [
    ['--binding <name>', 'Only those of a binding: its Jira project, or its repository where it has none'],
    ['--reason <word>', 'Only those with this reason, such as bot-author'],
    ['--since <duration>', 'Only those of the last time, such as 2h or 14d (1d unless given)'],
    ['--before <time>', 'Only older ones than this time, to go on with a list'],
    ['--limit <number>', 'At most so many (50 unless given)'],
  ],
  example: 'cmap skips --binding PROJ --since 7d',
  async run(given, io) {
    const { skips, SkipsOptions } = await import('./skips.ts');
    return skips(readOptions(SkipsOptions, given), io);
  },
};

/** What became of one issue, merge request or run. */
export const EXPLAIN_COMMAND: Command = {
  usage: 'explain <subject>',
  completes: 'subjects',
  description: 'Say what became of an issue (PROJ-12), merge request (group/app!7) or run, and why',
  example: 'cmap explain PROJ-12',
  async run(given, io) {
    const { explain, ExplainOptions } = await import('./explain.ts');
    return explain(readOptions(ExplainOptions, given), io);
  },
};
