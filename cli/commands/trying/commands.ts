import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';

/** What is tried on this machine, and delivered nowhere. */
export const TRYING_COMMANDS: CommandGroup = {
  title: 'Trying a model or instructions (need the settings of the model)',
  commands: [
    {
      usage: 'replay <id>',
      completes: 'runs',
      description: 'Do the work of a coding run again on this machine, and show both patches (pushes nothing)',
      options: [
        ['--model <name>', 'Ask this model in place of the one of the run'],
        ['--instructions <file>', 'Give these instructions in place of those of the run'],
      ],
      example: 'cmap replay PROJ-12 --model gpt-5-mini',
      async run(given, io) {
        const { replay, ReplayOptions } = await import('../replay/replay.ts');
        return replay(readOptions(ReplayOptions, given), io);
      },
    },
    {
      usage: 'eval',
      description: 'Give a model 20 small tickets with hidden tests on this machine, and count what it solves',
      options: [
        ['--only <ids>', 'Only these tickets, such as js-1,py-5'],
        ['--model <name>', 'Ask this model; several are asked side by side'],
        ['--instructions <file>', 'Give these instructions in place of those of a coding run'],
        ['--minutes <count>', 'Longest session of one ticket; 15 unless given'],
        ['--test-seconds <count>', 'Longest test, of the repository or hidden; 60 unless given'],
      ],
      example: 'cmap eval --model gpt-5 --model gpt-5-mini',
      local: true,
      async run(given, io) {
        const { evaluate, EvalOptions } = await import('../eval/eval.ts');
        return evaluate(readOptions(EvalOptions, given), io);
      },
    },
  ],
};
