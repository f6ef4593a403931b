import type { Task } from '../../shared/domain/runs/task.ts';
import { oneLine } from '../../shared/kernel/text/one-line.ts';

/** What a task is about, for people: `coding PROJ-12`, `review project 7 !3`. */
export function formatTask(task: Task): string {
  switch (task.kind) {
    case 'coding':
      return `coding ${task.issueKey}`;
    case 'review':
      return `review project ${task.projectId} !${task.mergeRequestIid} at ${task.headSha.slice(0, 8)}`;
    case 'reply':
      return `reply project ${task.projectId} !${task.mergeRequestIid} note ${task.noteId}`;
    case 'audit':
      return `audit of ${oneLine(task.fixVersion)}${task.projects.length > 0 ? ` in ${task.projects.join(', ')}` : ''}`;
    case 'echo':
      return 'echo';
  }
}

/** The same for a column: `coding PROJ-12`, `review 7!3`. */
export function nameTask(task: Task): string {
  switch (task.kind) {
    case 'coding':
      return `coding ${task.issueKey}`;
    case 'review':
    case 'reply':
      return `${task.kind} ${task.projectId}!${task.mergeRequestIid}`;
    case 'audit':
      return `audit ${oneLine(task.fixVersion)}`;
    case 'echo':
      return 'echo';
  }
}
