import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';
import { STATS_COMMAND } from '../stats/commands.ts';

/** What a team lead sends around. */
export const REPORT_COMMANDS: CommandGroup = {
  title: 'Reports (read Jira, GitLab and, where it is set, the storage account)',
  commands: [
    {
      usage: 'report weekly',
      description: 'What was done, is in progress and waits, what comments decided, and what was made, as Markdown',
      options: [
        ['--since <duration>', 'How far back; 7d unless given'],
        ['--project <key>', 'A Jira project; may be given several times. Default: all of the map'],
        ['--map <file>', 'Mapping file. Default: the map of the deployment'],
        ['--out <file>', 'Write it into this file instead of printing it'],
      ],
      example: 'cmap report weekly --since 7d --project PROJ --out week.md',
      async run(given, io) {
        const { reportWeekly, ReportWeeklyOptions } = await import('./weekly.ts');
        return reportWeekly(readOptions(ReportWeeklyOptions, given), io);
      },
    },
    STATS_COMMAND,
  ],
};
