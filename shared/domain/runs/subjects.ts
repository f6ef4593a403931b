import type { Task } from './task.ts';

/** Under this subject every run is listed. */
export const EVERYTHING = 'all';

/**
 * What people will ask about later (`cmap explain`): everything, the project, and the issue or merge request itself.
 */
export function listSubjects(task: Task): string[] {
  return [EVERYTHING, ...projectSubjects(task), task.scope];
}

/** The subject of all runs of one Jira project. */
export function jiraProjectSubject(jiraProject: string): string {
  return `jira~${jiraProject}`;
}

/** The subject of all review, reply and update runs of one GitLab project. */
export function gitlabProjectSubject(projectId: number): string {
  return `gitlab~${projectId}`;
}

/** In the skip log: why the webhook of a team was not notified about a scope. */
export function eventsSubject(scope: string): string {
  return `events~${scope}`;
}

function projectSubjects(task: Task): string[] {
  switch (task.kind) {
    case 'coding':
      return [jiraProjectSubject(task.jiraProject)];
    case 'review':
    case 'reply':
    case 'update':
      return [gitlabProjectSubject(task.projectId)];
    case 'audit':
      return task.projects.map(jiraProjectSubject);
    case 'echo':
      return [];
  }
}
