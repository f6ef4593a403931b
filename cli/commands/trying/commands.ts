import { readOptions } from '../../arguments/read-options.ts';
import type { Command } from '../../command-line/command.ts';

/** The work of a coding run once more, to compare. */
export const REPLAY_COMMAND: Command = {
  usage: 'replay <id>',
  completes: 'runs',
  description: 'Do the work of a coding run again on this machine, and show both patches (pushes nothing)',
  options: [
    ['--model <name>', 'Ask this model in place of the one of the run'],
    ['--instructions <file>', 'Give these instructions in place of those of the run'],
  ],
  example: 'cmap replay PROJ-12 --model gpt-5-mini',
  async run(given, io) {
    const { replay, ReplayOptions } = await import('./replay.ts');
    return replay(readOptions(ReplayOptions, given), io);
  },
};
