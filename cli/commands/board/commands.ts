import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';

/** The page over all of it. */
export const BOARD_COMMANDS: CommandGroup = {
  title: 'A page (needs the storage account)',
  commands: [
    {
      usage: 'board',
      description: 'Open a local page over runs, queue, bindings, skips, cost and audits, until Ctrl-C',
      options: [
        ['--port <port>', 'The port of 127.0.0.1; a free one unless given'],
        ['--no-open', 'Only print the address'],
      ],
      example: 'cmap board --port 8700 --no-open',
      changes: true,
      async run(given, io) {
        const { board, BoardOptions } = await import('./board.ts');
        return board(readOptions(BoardOptions, given), io);
      },
    },
  ],
};
