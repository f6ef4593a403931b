import { readOptions } from '../../arguments/read-options.ts';
import type { Command } from '../../command-line/command.ts';

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
