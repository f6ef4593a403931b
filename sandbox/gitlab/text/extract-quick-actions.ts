import { maskLiteral } from './mask-literal.ts';

export interface QuickAction {
  /** Without the slash, in lower case. */
  command: string;
  argument: string;
}

/** Commands of merge requests (user/project/quick_actions). Other lines that begin with a slash stay text. */
const COMMANDS = new Set(
  (
    'approve assign assign_reviewer award cc clear_milestone close confidential copy_metadata done draft due duplicate ' +
    'estimate label labels lock merge milestone react ready reassign reassign_reviewer rebase relabel remove_due_date ' +
    'remove_estimate remove_label remove_milestone remove_time_spent reopen request_changes request_review reviewer ' +
    'ship shrug spend spend_time spent submit_review subscribe tableflip target_branch time_estimate title todo ' +
    'unapprove unassign unassign_reviewer unlabel unlock unsubscribe weight zoom'
  ).split(' '),
);

/** The commands that GitLab would run, and the text that is left when their lines are taken out. */
export function extractQuickActions(text: string): { actions: QuickAction[]; rest: string } {
  const actions: QuickAction[] = [];
  const lines = text.split('\n');
  const masked = maskLiteral(text).split('\n');
  const left = lines.filter((_line, index) => {
    const [, command = '', argument = ''] = /^\/([a-z_]+)(?:[ \t]+(.*?))?\s*$/i.exec(masked[index] ?? '') ?? [];
    if (!COMMANDS.has(command.toLowerCase())) return true;
    actions.push({ command: command.toLowerCase(), argument });
    return false;
  });
  return { actions, rest: actions.length === 0 ? text : left.join('\n').trim() };
}
