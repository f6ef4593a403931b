import { oneLine } from '../../shared/kernel/text/one-line.ts';
import { nameSubject, readSubject } from '../arguments/subject.ts';
import type { ProjectPaths } from './format-task.ts';

/** What a scope is about, as every command accepts it: `PROJ-12`, `group/app!3`, `audit 2.4.0`. */
export function nameScope(scope: string, paths: ProjectPaths): string {
  const subject = readSubject(scope);
  if (subject?.kind === 'merge-request' && typeof subject.project === 'number')
    return nameSubject({ ...subject, project: paths(subject.project) ?? subject.project });
  return oneLine(subject?.kind === 'issue' ? nameSubject(subject) : scope.replace(/^audit~/, 'audit '));
}

/** The same as one word of a command line. */
export function quoteScope(name: string): string {
  return /\s/.test(name) ? JSON.stringify(name) : name;
}
