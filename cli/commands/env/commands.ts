import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';

/** The deployments a person works with, by names. */
export const ENVIRONMENT_COMMANDS: CommandGroup = {
  title: 'Named environments (need nothing; add --from-azure needs az)',
  commands: [
    {
      usage: 'env list',
      description: 'List the environments of this person; * marks the one that commands work on',
      example: 'cmap env list',
      local: true,
      async run(given, io) {
        const { envList, EnvListOptions } = await import('./list.ts');
        return envList(readOptions(EnvListOptions, given), io);
      },
    },
    {
      usage: 'env use [environment]',
      description: 'Have commands work on this environment unless --env or CMAP_ENV names another',
      options: [['--none', 'On none']],
      example: 'cmap env use prod',
      local: true,
      async run(given, io) {
        const { envUse, EnvUseOptions } = await import('./use.ts');
        return envUse(readOptions(EnvUseOptions, given), io);
      },
    },
    {
      usage: 'env show [environment]',
      description: 'Show the settings of an environment, and where its secrets stand',
      example: 'cmap env show prod --json',
      local: true,
      async run(given, io) {
        const { envShow, EnvShowOptions } = await import('./show.ts');
        return envShow(readOptions(EnvShowOptions, given), io);
      },
    },
    {
      usage: 'env add <environment>',
      description: 'Add an environment, or change one; values of secrets are never kept',
      options: [
        ['--set <setting>', 'NAME=VALUE; may be given several times. A secret: NAME=@Microsoft.KeyVault(…)'],
        ['--from-azure <app>', 'Read names and references of this function app, in place of what was there'],
        ['--resource-group <name>', 'Of the app. Default: looked up'],
        ['--subscription <id>', 'Of the app. Default: the one az is set to'],
      ],
      example: 'cmap env add prod --from-azure func-cmap-prod',
      local: true,
      async run(given, io) {
        const { envAdd, EnvAddOptions } = await import('./add.ts');
        return envAdd(readOptions(EnvAddOptions, given), io);
      },
    },
    {
      usage: 'env remove <environment>',
      description: 'Forget an environment; nothing of the deployment changes',
      example: 'cmap env remove prod',
      local: true,
      async run(given, io) {
        const { envRemove, EnvRemoveOptions } = await import('./remove.ts');
        return envRemove(readOptions(EnvRemoveOptions, given), io);
      },
    },
  ],
};
