import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';
import { orIncomplete } from '../../output/or-incomplete.ts';
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
        ['--issue <key>', 'Send the report of a week: one comment on this issue, edited when sent again'],
        ['--webhook <alias>', 'Send it to the webhook with this alias (EVENTS_URL__ALIAS), once for a week'],
        ['--week <week>', 'Which one is sent, such as 2026-W05. Default: the one most of the last 7 days lie in'],
        ['--again', 'Notify a webhook again, under the same id'],
      ],
      exitCodes: [
        ['0', 'The report is written or sent'],
        ['1', 'It was not sent to one of the places; what failed stays in the outbox of the deployment'],
        ['2', 'Used wrongly, or settings are missing'],
        ['3', 'Incomplete: something could not be seen, or a service failed'],
      ],
      example: 'cmap report weekly --since 7d --project PROJ --out week.md',
      changes: true,
      async run(given, io) {
        const { reportWeekly } = await import('./weekly.ts');
        const { ReportWeeklyOptions } = await import('./weekly-options.ts');
        const options = readOptions(ReportWeeklyOptions, given);
        return orIncomplete(options.json, io, () => reportWeekly(options, io));
      },
    },
    STATS_COMMAND,
  ],
};
