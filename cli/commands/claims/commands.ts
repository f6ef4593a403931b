import { readOptions } from '../../arguments/read-options.ts';
import type { CommandGroup } from '../../command-line/command.ts';

/** Which run holds what, and how a person takes it away or keeps it closed. */
export const CLAIM_COMMANDS: CommandGroup = {
  title: 'Claims (need the storage account)',
  commands: [
    {
      usage: 'claims ls',
      description: 'List which run holds which issue or merge request',
      example: 'cmap claims ls',
      async run(given, io) {
        const { claimsLs, ClaimsLsOptions } = await import('./ls.ts');
        return claimsLs(readOptions(ClaimsLsOptions, given), io);
      },
    },
    {
      usage: 'claims release <claim>',
      completes: 'claims',
      description: 'Free a claim whose runner is gone (claim: a scope, PROJ-12, group/app!7)',
      options: [['--force', 'Also take it from a runner at work, which then stops within a minute']],
      example: 'cmap claims release PROJ-12',
      changes: true,
      async run(given, io) {
        const { claimsRelease, ClaimsReleaseOptions } = await import('./release.ts');
        return claimsRelease(readOptions(ClaimsReleaseOptions, given), io);
      },
    },
    {
      usage: 'claims extend <claim>',
      completes: 'subjects',
      description: 'Keep runs away from an issue or merge request for a while',
      options: [
        ['--for <duration>', 'From now on, such as 2h; at most 1d'],
        ['--why <text>', 'Kept with your name, for those who look at the claim'],
        ['--force', 'Also take it from a runner at work, which then stops within a minute'],
      ],
      example: "cmap claims extend PROJ-12 --for 2h --why 'release freeze'",
      changes: true,
      async run(given, io) {
        const { claimsExtend, ClaimsExtendOptions } = await import('./extend.ts');
        return claimsExtend(readOptions(ClaimsExtendOptions, given), io);
      },
    },
  ],
};
