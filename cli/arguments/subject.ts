import { mergeRequestScope } from '../../shared/domain/tasks/build-task.ts';
import { issueScope } from '../../shared/domain/tasks/plan-coding.ts';
import { UsageError } from './usage-error.ts';

/** What a person asks about. A merge request is named by its project's path, or by its number as cmap stores it. */
export type Subject =
  | { kind: 'issue'; issueKey: string; jiraProject: string }
  | { kind: 'merge-request'; project: string | number; iid: number };

/**
 * Reads `PROJ-12`, `group/app!7`, `7!3`, or the address of an issue or merge request as the browser shows it.
 * @throws {UsageError} when it is none of these
 */
export function parseSubject(text: string): Subject {
  const path = readPath(text.trim());
  const issue = /^(?:.*\/browse\/)?([A-Za-z][A-Za-z0-9_]*)-(\d+)$/.exec(path);
  if (issue) {
    const jiraProject = issue[1]?.toUpperCase() ?? '';
    return { kind: 'issue', issueKey: `${jiraProject}-${issue[2]}`, jiraProject };
  }
  const mergeRequest = /^\/?(.+?)(?:\/-\/merge_requests\/|!)(\d+)(?:\/.*)?$/.exec(path);
  const [, project, iid] = mergeRequest ?? [];
  if (project !== undefined) {
    return { kind: 'merge-request', project: /^\d+$/.test(project) ? Number(project) : project, iid: Number(iid) };
  }
  throw new UsageError(`${JSON.stringify(text)} is neither an issue (PROJ-12) nor a merge request (group/app!7)`);
}

/** How a subject is called when one speaks of it. */
export function nameSubject(subject: Subject): string {
  return subject.kind === 'issue' ? subject.issueKey : `${subject.project}!${subject.iid}`;
}

/** The scope its runs, claims and decisions are kept under. */
export function scopeOf(subject: Subject, projectId = 0): string {
  return subject.kind === 'issue' ? issueScope(subject.issueKey) : mergeRequestScope(projectId, subject.iid);
}

function readPath(text: string): string {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? decodeURIComponent(new URL(text).pathname) : text;
}
