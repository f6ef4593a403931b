import { readOptions } from '../../arguments/read-options.ts';
import type { Command, CommandGroup } from '../../command-line/command.ts';

const WHERE: NonNullable<Command['options']> = [
  ['--repo <path>', 'One repository; may be given several times. Default: all of the map'],
  ['--map <file>', 'Mapping file. Default: the map of the deployment'],
  ['--credential <ref>', 'One credential for all repositories instead of those of their bindings'],
];

const URL_OPTION = ['--url <address>', 'Address of the functions app; FUNCTIONS_URL unless given'] as const;

/** What an operator sets up once, so that work begins at once and not with the next poll. */
export const WEBHOOK_COMMANDS: CommandGroup = {
  title: 'Webhooks (need GitLab with a token of the role Maintainer, and the map)',
  commands: [
    {
      usage: 'webhook install',
      description: 'Create or correct the webhook in every repository, and print the rule for Jira Automation',
      options: [
        URL_OPTION,
        ...WHERE,
        ['--renew-secret', 'Write the secret also into hooks that have one: GitLab never shows whether it is the same'],
        ['--dry-run', 'Say what would change and change nothing'],
      ],
      example: 'cmap webhook install --url https://func-cmap.azurewebsites.net --dry-run',
      changes: true,
      async run(given, io) {
        const { webhookInstall, WebhookInstallOptions } = await import('./install.ts');
        return webhookInstall(readOptions(WebhookInstallOptions, given), io);
      },
    },
    {
      usage: 'webhook list',
      description: 'Show the webhooks of cmap in every repository, and what is wrong with them',
      options: WHERE,
      example: 'cmap webhook list',
      async run(given, io) {
        const { webhookList, WebhookListOptions } = await import('./list.ts');
        return webhookList(readOptions(WebhookListOptions, given), io);
      },
    },
    {
      usage: 'webhook remove',
      description: 'Delete the webhook with this address from every repository',
      options: [
        URL_OPTION,
        ...WHERE,
        ['--yes', 'Really delete it'],
        ['--dry-run', 'Say what would be deleted and delete nothing'],
      ],
      example: 'cmap webhook remove --url https://func-cmap.azurewebsites.net --yes',
      changes: true,
      async run(given, io) {
        const { webhookRemove, WebhookRemoveOptions } = await import('./remove.ts');
        return webhookRemove(readOptions(WebhookRemoveOptions, given), io);
      },
    },
  ],
};
