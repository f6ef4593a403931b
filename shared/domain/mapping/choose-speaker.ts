import { type Binding, hasJiraProject } from './binding.ts';

/**
 * Of the bindings of one repository the one that speaks for its merge requests: the first with a Jira project, because
 * the agent opens merge requests there and looks after them, else the first. The check of a map refuses one without a
 * Jira project beside another one, so both stand here only where they name one project by different paths.
 */
export function chooseSpeaker<Known extends { binding: Binding }>(entries: readonly Known[]): Known | undefined {
  return entries.find(({ binding }) => hasJiraProject(binding)) ?? entries[0];
}
