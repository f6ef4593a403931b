import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { parseSubject, type Subject, scopeOf } from '../arguments/subject.ts';
import type { Tools } from './tools.ts';

type AskedTools = Pick<Tools, 'bindings' | 'gitlab'>;

/**
 * The scope of what a person names: a scope as `cmap claims ls` prints it, an issue, or a merge request. GitLab is asked only for the
 * number of a project that was named by its path.
 * @throws {UsageError} when it is none of these. @throws {TaskError} `gitlab-not-found` and what GitLab answers
 */
export async function findScope(text: string, tools: AskedTools): Promise<string> {
  if (/^(issue|mr|echo)~\S+$/.test(text)) return text;
  return findSubjectScope(parseSubject(text), tools);
}

/** @throws {TaskError} `gitlab-not-found` and what GitLab answers */
export async function findSubjectScope(subject: Subject, tools: AskedTools): Promise<string> {
  return scopeOf(subject, await findProjectId(subject, tools));
}

async function findProjectId(subject: Subject, tools: AskedTools): Promise<number> {
  if (subject.kind === 'issue') return 0;
  const { project } = subject;
  if (typeof project === 'number') return project;
  const bindings = createBindings(await tools.bindings());
  const credentialRef = bindings.byRepo(project)?.credentialRef ?? 'default';
  const gitlab = await tools.gitlab().gitlabFor(credentialRef);
  const found = await gitlab.findProject(project);
  if (!found)
    throw new TaskError('gitlab-not-found', { detail: `${project}, asked with the credential ${credentialRef}` });
  return found.id;
}
