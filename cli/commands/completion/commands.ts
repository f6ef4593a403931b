import { readOptions } from '../../arguments/read-options.ts';
import type { Command, CommandGroup } from '../../command-line/command.ts';

/** What the scripts of `completion` ask while a person types; not for people, so that no help names it. */
export const COMPLETE_COMMAND: Command = {
  usage: '__complete <kind>',
  description: 'Print what may be typed next: projects, runs, subjects, messages, claims or queries',
  example: 'cmap __complete runs',
  async run(given, io) {
    const { complete, CompleteOptions } = await import('./complete.ts');
    return complete(readOptions(CompleteOptions, given), io);
  },
};

/** What helps at the prompt. Asks for the table of commands when it runs, since it stands in that table itself. */
export function completionCommands(listCommands: () => readonly Command[]): CommandGroup {
  return {
    title: 'This command line (needs nothing)',
    commands: [
      {
        usage: 'completion <shell>',
        description: 'Print a script by which bash, zsh, fish or pwsh complete commands, options and names',
        example: 'source <(cmap completion bash)',
        local: true,
        async run(given, io) {
          const { completion, CompletionOptions } = await import('./completion.ts');
          return completion(readOptions(CompletionOptions, given), listCommands(), io);
        },
      },
    ],
  };
}
