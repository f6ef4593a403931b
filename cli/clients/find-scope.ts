import type { Binding } from '../../shared/domain/mapping/binding.ts';
import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import { mergeRequestScope } from '../../shared/domain/tasks/build-task.ts';
import { issueScope } from '../../shared/domain/tasks/plan-coding.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { nameSubject, type Subject } from '../arguments/subject.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { findMap } from './find-map.ts';
import { findRunById } from './find-run-by-id.ts';
import type { Tools } from './tools.ts';

type AskedTools = Pick<Tools, 'bindings' | 'gitlab' | 'storage'>;

/**
 * The scope that runs, claims and skips of a subject are kept under. GitLab is asked only for the number of a project
 * that was named by its path; storage only for a run. @throws {UsageError} when it is not clear what is meant.
 * @throws {TaskError} `gitlab-not-found` and what GitLab or storage answers
 */
export async function findScope(subject: Subject, tools: AskedTools): Promise<string> {
  switch (subject.kind) {
    case 'issue':
      return issueScope(subject.issueKey);
    case 'merge-request':
      return mergeRequestScope(await findProjectId(subject, tools), subject.iid);
    case 'scope':
      return subject.scope;
    case 'run': {
      const { ledger } = await tools.storage();
      const found = await findRunById(subject.runId, ledger);
      if ('error' in found) throw new UsageError(found.error);
      return found.run.task.scope;
    }
    case 'message':
      throw new UsageError(`${nameSubject(subject)} is the id of a message; \`cmap queue show\` says what it is about`);
  }
}

async function findProjectId(subject: Extract<Subject, { kind: 'merge-request' }>, tools: AskedTools): Promise<number> {
  if (typeof subject.project === 'number') return subject.project;
  const { bindings = [] } = await findMap(tools);
  const repo = chooseRepo(subject, bindings);
  const credentialRef = createBindings(bindings).byRepo(repo)?.credentialRef ?? 'default';
  const gitlab = await (await tools.gitlab()).gitlabFor(credentialRef);
  const found = await gitlab.findProject(repo);
  if (!found)
    throw new TaskError('gitlab-not-found', { detail: `${repo}, asked with the credential ${credentialRef}` });
  return found.id;
}

/** `!7` means the only repository of the map, `app!7` the only one that ends so; every other path is taken as it is. */
function chooseRepo(
  { project, iid }: Extract<Subject, { kind: 'merge-request' }>,
  bindings: readonly Binding[],
): string {
  const repos = [...new Set(bindings.map(({ repo }) => repo))];
  const wanted = typeof project === 'string' ? project : '';
  const exact = repos.find((repo) => repo.toLowerCase() === wanted.toLowerCase());
  if (exact !== undefined) return exact;
  const fitting = repos.filter((repo) => wanted === '' || repo.toLowerCase().endsWith(`/${wanted.toLowerCase()}`));
  if (fitting.length === 1 && fitting[0] !== undefined) return fitting[0];
  if (wanted.includes('/') && fitting.length === 0) return wanted;
  const known = (fitting.length > 0 ? fitting : repos).slice(0, MOST_NAMED).join(', ');
  throw new UsageError(
    `which repository is meant by ${wanted}!${iid}? Write its whole path, such as group/app!${iid}${known === '' ? '' : `; the map has ${known}`}`,
  );
}

const MOST_NAMED = 5;
