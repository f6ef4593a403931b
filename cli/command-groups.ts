import type { CommandGroup } from './command-line/command.ts';
import { AUDIT_COMMANDS } from './commands/audit/commands.ts';
import { BOARD_COMMANDS } from './commands/board/commands.ts';
import { CLAIM_COMMANDS } from './commands/claims/commands.ts';
import { completionCommands } from './commands/completion/commands.ts';
import { INQUIRY_COMMANDS } from './commands/doctor/commands.ts';
import { ENVIRONMENT_COMMANDS } from './commands/env/commands.ts';
import { JIRA_COMMANDS } from './commands/jira/commands.ts';
import { MAP_COMMANDS } from './commands/map/commands.ts';
import { QUEUE_COMMANDS } from './commands/queue/commands.ts';
import { REPORT_COMMANDS } from './commands/report/commands.ts';
import { RUN_COMMANDS } from './commands/run/commands.ts';
import { TRYING_COMMANDS } from './commands/trying/commands.ts';
import { WEBHOOK_COMMANDS } from './commands/webhook/commands.ts';

/** Every command of `cmap`, in the order of its help. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  MAP_COMMANDS,
  ENVIRONMENT_COMMANDS,
  INQUIRY_COMMANDS,
  BOARD_COMMANDS,
  RUN_COMMANDS,
  TRYING_COMMANDS,
  QUEUE_COMMANDS,
  CLAIM_COMMANDS,
  JIRA_COMMANDS,
  WEBHOOK_COMMANDS,
  AUDIT_COMMANDS,
  REPORT_COMMANDS,
  completionCommands(() => COMMAND_GROUPS.flatMap(({ commands }) => commands)),
];
