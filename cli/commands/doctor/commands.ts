import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';
import { EXPLAIN_COMMAND, SKIPS_COMMAND } from '../explain/commands.ts';
import { READY_COMMAND } from '../ready/commands.ts';

/**
 * Commands that ask storage, GitLab and Jira, with the settings of the deployment. They change nothing, but `smoke`
 * sends a task that does nothing.
 */
export const INQUIRY_COMMANDS: CommandGroup = {
  title: 'The deployment (needs its settings: storage, GitLab, Jira)',
  commands: [
    EXPLAIN_COMMAND,
    SKIPS_COMMAND,
    READY_COMMAND,
    {
      usage: 'doctor [path]',
      description: 'Check live whether every binding would work (path: a mapping file)',
      example: 'cmap doctor cmap.yaml',
      async run(given, io) {
        const { doctor, DoctorOptions } = await import('./doctor.ts');
        return doctor(readOptions(DoctorOptions, given), io);
      },
    },
    {
      usage: 'smoke',
      description: 'Send a task that does nothing through queue and runner, and wait until it is done',
      options: [['--within <time>', 'How long to wait: 30s, 10m. Default: 10m']],
      example: 'cmap smoke',
      changes: true,
      async run(given, io) {
        const { smoke, SmokeOptions } = await import('./smoke.ts');
        return smoke(readOptions(SmokeOptions, given), io);
      },
    },
    {
      usage: 'whoami',
      description: 'Say who cmap is in GitLab and in Jira',
      example: 'cmap whoami',
      async run(given, io) {
        const { whoami, WhoamiOptions } = await import('./whoami.ts');
        return whoami(readOptions(WhoamiOptions, given), io);
      },
    },
  ],
};
