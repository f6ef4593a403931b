import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';

/** What an operator does about messages that could not be worked on. */
export const QUEUE_COMMANDS: CommandGroup = {
  title: 'The queue (needs the storage account)',
  commands: [
    {
      usage: 'queue ls',
      description: 'List poisoned and waiting messages',
      example: 'cmap queue ls',
      async run(given, io) {
        const { queueLs, QueueLsOptions } = await import('./ls.ts');
        return queueLs(readOptions(QueueLsOptions, given), io);
      },
    },
    {
      usage: 'queue show <id>',
      completes: 'messages',
      description: 'Show one message and its run (id: message, run, PROJ-12, group/app!7)',
      example: 'cmap queue show 3f2504e0',
      async run(given, io) {
        const { queueShow, QueueShowOptions } = await import('./show.ts');
        return queueShow(readOptions(QueueShowOptions, given), io);
      },
    },
    {
      usage: 'queue requeue <id>',
      completes: 'messages',
      description: 'Start a new run for a poisoned message',
      example: 'cmap queue requeue 3f2504e0',
      changes: true,
      async run(given, io) {
        const { queueRequeue, QueueRequeueOptions } = await import('./requeue.ts');
        return queueRequeue(readOptions(QueueRequeueOptions, given), io);
      },
    },
    {
      usage: 'queue drop <id>',
      completes: 'messages',
      description: 'Delete a poisoned message for good',
      options: [['--yes', 'Really delete it']],
      example: 'cmap queue drop 3f2504e0 --yes',
      changes: true,
      async run(given, io) {
        const { queueDrop, QueueDropOptions } = await import('./drop.ts');
        return queueDrop(readOptions(QueueDropOptions, given), io);
      },
    },
  ],
};
