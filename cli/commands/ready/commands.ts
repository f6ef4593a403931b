import { readOptions } from '../../arguments/read-options.ts';
import type { Command } from '../../command-line/command.ts';

/** What waits in its trigger. */
export const READY_COMMAND: Command = {
  usage: 'ready [project]',
  completes: 'projects',
  description: 'List the issues in their trigger: which start now, and why the others wait',
  example: 'cmap ready PROJ',
  async run(given, io) {
    const { ready, ReadyOptions } = await import('./ready.ts');
    return ready(readOptions(ReadyOptions, given), io);
  },
};
