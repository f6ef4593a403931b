import type { Run } from '../../../shared/domain/runs/run.ts';
import { nameSubject, readSubject, type Subject } from '../../arguments/subject.ts';
import type { ProjectPaths } from '../../output/format-task.ts';

type MergeRequestSubject = Extract<Subject, { kind: 'merge-request' }>;

/**
 * Whether a word of a query occurs in a run, or names what the run is about as every command accepts it: an issue or
 * merge request, a run or the beginning of one, the address of one.
 */
export function matchesWord(run: Run, word: string, paths: ProjectPaths): boolean {
  const subject = readSubject(word);
  switch (subject?.kind) {
    case 'merge-request':
      return isAbout(run, subject, paths) || contains(run, word);
    case 'issue':
      return containsKey(run, subject.issueKey);
    case 'run':
    case 'scope':
      return contains(run, nameSubject(subject));
    default:
      return contains(run, word);
  }
}

/** Whether it takes the paths of projects to decide about a word. */
export function namesRepository(word: string): boolean {
  const subject = readSubject(word);
  return subject?.kind === 'merge-request' && typeof subject.project === 'string';
}

function listTexts({ runId, task, code = '', detail = '' }: Run): string[] {
  return [runId, task.id, task.scope, code, detail].map((text) => text.toLowerCase());
}

function contains(run: Run, word: string): boolean {
  return listTexts(run).some((text) => text.includes(word.toLowerCase()));
}

/** PROJ-1 is not PROJ-12. */
function containsKey(run: Run, issueKey: string): boolean {
  const key = new RegExp(`(?<![a-z0-9_])${issueKey.toLowerCase()}(?!\\d)`);
  return listTexts(run).some((text) => key.test(text));
}

/** A review is about its merge request, a coding run about the one it has opened. */
function isAbout({ task, result }: Run, { project, iid }: MergeRequestSubject, paths: ProjectPaths): boolean {
  const opened = readSubject(result?.mergeRequestUrl ?? '');
  const openedAt = opened?.kind === 'merge-request' && opened.iid === iid ? opened.project : undefined;
  if ('mergeRequestIid' in task) {
    if (task.mergeRequestIid !== iid) return false;
    return isProject(project, [task.projectId, paths(task.projectId), openedAt]);
  }
  return openedAt !== undefined && isProject(project, [openedAt]);
}

/** `app` means every path that ends so, as it does for a command that is given `app!7`. */
function isProject(wanted: string | number | undefined, known: readonly (string | number | undefined)[]): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return known.includes(wanted);
  const end = `/${wanted.toLowerCase()}`;
  return known.some((one) => typeof one === 'string' && `/${one.toLowerCase()}`.endsWith(end));
}
