import { readOptions } from '../../arguments/read-options.ts';
import type { Command } from '../../command-line/command.ts';

/** Runs in figures. */
export const STATS_COMMAND: Command = {
  usage: 'stats',
  description: 'Add up the runs of a span: done, failed, time to a merge request, merged, tokens, failures',
  options: [
    ['--by <what>', 'binding (default), week or kind'],
    ['--since <duration>', 'How far back; 30d unless given'],
    ['--price-input <price>', 'Of a million tokens the model is given: money by this price for all runs'],
    ['--price-output <price>', 'Of a million tokens the model writes'],
  ],
  example: 'cmap stats --by week --since 90d',
  async run(given, io) {
    const { stats, StatsOptions } = await import('./stats.ts');
    return stats(readOptions(StatsOptions, given), io);
  },
};
