import type { Task } from '../../shared/domain/runs/task.ts';
import { oneLine } from '../../shared/kernel/text/one-line.ts';

/** The path of a GitLab project by its number; `undefined` where it is not known. */
export type ProjectPaths = (projectId: number) => string | undefined;

/** What a task is about, for people: `coding PROJ-12 by the route web`, `review group/app!3 at 1a2b3c4d`. */
export function formatTask(task: Task, paths: ProjectPaths): string {
  switch (task.kind) {
    case 'coding':
      return `coding ${task.issueKey}${task.route === undefined ? '' : ` by the route ${oneLine(task.route)}`}`;
    case 'review':
      return `${nameTask(task, paths)} at ${task.headSha.slice(0, 8)}`;
    case 'reply':
      return `${nameTask(task, paths)} note ${task.noteId}`;
    case 'update':
      return `${nameTask(task, paths)} at ${task.headSha.slice(0, 8)}`;
    case 'audit':
      return `audit of ${oneLine(task.fixVersion)}${task.projects.length > 0 ? ` in ${task.projects.join(', ')}` : ''}`;
    default:
      return nameTask(task, paths);
  }
}

/** The same for a column: `coding PROJ-12`, `review group/app!3`. A project whose path is not known has its number. */
export function nameTask(task: Task, paths: ProjectPaths): string {
  switch (task.kind) {
    case 'coding':
      return `coding ${task.issueKey}`;
    case 'review':
    case 'reply':
    case 'update':
      return `${task.kind} ${paths(task.projectId) ?? task.projectId}!${task.mergeRequestIid}`;
    case 'audit':
      return `audit ${oneLine(task.fixVersion)}`;
    case 'echo':
      return 'echo';
  }
}
