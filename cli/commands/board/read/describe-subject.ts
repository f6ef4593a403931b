import type { Run } from '../../../../shared/domain/runs/run.ts';
import { nameTask } from '../../../output/format-task.ts';
import type { Addresses } from './addresses.ts';
import type { KnownProject } from './board.ts';

export interface SubjectLink {
  text: string;
  /** Absent where the settings do not say where it is. */
  url?: string;
}

/** What a run is about, in the words and with the addresses of Jira and GitLab. */
export interface RunSubject {
  /** `coding PROJ-12`, `review group/app!3`. */
  name: string;
  /** The same without the kind: what a sentence about it begins with. */
  about: string;
  ticket?: SubjectLink;
  mergeRequest?: SubjectLink;
}

/** Where links lead, and how projects are called. */
export interface Names {
  addresses: Addresses;
  projects: ReadonlyMap<number, KnownProject>;
}

export function describeSubject({ task, result }: Pick<Run, 'task' | 'result'>, names: Names): RunSubject {
  switch (task.kind) {
    case 'coding':
      return {
        name: `coding ${task.issueKey}`,
        about: task.issueKey,
        ticket: linkTicket(task.issueKey, names.addresses),
        ...linkResult(result),
      };
    case 'review':
    case 'reply':
    case 'update': {
      const project = names.projects.get(task.projectId);
      const text = `${project?.path ?? task.projectId}!${task.mergeRequestIid}`;
      const url = result?.mergeRequestUrl ?? (project && `${project.webUrl}/-/merge_requests/${task.mergeRequestIid}`);
      return {
        name: `${task.kind} ${text}`,
        about: text,
        mergeRequest: { text, ...(url === undefined ? {} : { url }) },
      };
    }
    default: {
      const name = nameTask(task, () => undefined);
      return { name, about: name };
    }
  }
}

/** A ticket by its key. */
export function linkTicket(key: string, { jira }: Addresses): SubjectLink {
  return { text: key, ...(jira === undefined ? {} : { url: `${jira}/browse/${encodeURIComponent(key)}` }) };
}

function linkResult(result: Run['result']): Pick<RunSubject, 'mergeRequest'> {
  if (result?.mergeRequestUrl === undefined) return {};
  return { mergeRequest: { text: `!${result.mergeRequestIid ?? ''}`, url: result.mergeRequestUrl } };
}
