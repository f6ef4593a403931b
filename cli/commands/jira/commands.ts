import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';

/** What a mapping needs to know about Jira. */
export const JIRA_COMMANDS: CommandGroup = {
  title: 'Jira (needs JIRA_URL and its token)',
  commands: [
    {
      usage: 'jira users <name>',
      description: 'Find the account ids a mapping needs',
      example: 'cmap jira users "Ada Lovelace"',
      async run(given, io) {
        const { jiraUsers, JiraUsersOptions } = await import('./users.ts');
        return jiraUsers(readOptions(JiraUsersOptions, given), io);
      },
    },
    {
      usage: 'jira statuses <project>',
      completes: 'projects',
      description: 'List the status names of a Jira project',
      example: 'cmap jira statuses PROJ',
      async run(given, io) {
        const { jiraStatuses, JiraStatusesOptions } = await import('./statuses.ts');
        return jiraStatuses(readOptions(JiraStatusesOptions, given), io);
      },
    },
  ],
};
