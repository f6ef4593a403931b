import { readOptions } from '../../arguments/read-options.ts';
import type { Command, CommandGroup } from '../../command-line/command.ts';

/** What helps at the prompt. Asks for the table of commands when it runs, since it stands in that table itself. */
export function completionCommands(listCommands: () => readonly Command[]): CommandGroup {
  return {
    title: 'This command line (needs nothing)',
    commands: [
      {
        usage: 'completion <shell>',
        description: 'Print a script by which bash, zsh, fish or pwsh complete commands and options',
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
