/**
 * Whether GitLab could take the line for a command, also inside a fence that it fails to see. Names of quick actions
 * that change something, with the other names they have in GitLab's source (lib/gitlab/quick_actions);
 * from https://docs.gitlab.com/user/project/quick_actions/.
 */
export function isQuickAction(line: string): boolean {
  const name = /^\s*\/([a-z_]+)(?:\s|$)/i.exec(line)?.[1];
  return name !== undefined && NAMES.has(name.toLowerCase());
}

const NAMES: ReadonlySet<string> = new Set(
  `add_child add_contacts add_email add_parent approve assign assign_reviewer award blocked_by blocks board_move cc
  checkin_reminder child_epic clear_health_status clear_weight clone close confidential convert_to_ticket
  copy_metadata create_merge_request done draft due duplicate epic estimate estimate_time health_status invite_email
  iteration label labels link lock mark_as_done merge milestone move page parent_epic promote promote_to
  promote_to_incident publish react ready reassign reassign_reviewer rebase relabel relate remove_child
  remove_child_epic remove_contacts remove_due_date remove_email remove_epic remove_estimate remove_iteration
  remove_label remove_labels remove_milestone remove_parent remove_parent_epic remove_reviewer remove_time_estimate
  remove_time_spent remove_zoom reopen request_changes request_review restore reviewer run_pipeline set_parent
  severity ship shrug spend spend_time spent start_code_review status stop_watching submit_review subscribe
  tableflip tag target_branch timeline title todo type unapprove unassign unassign_reviewer unlabel unlink unlock
  unsubscribe weight wip zoom`.split(/\s+/),
);
