import { isObject } from '../../../kernel/is-object.ts';

/**
 * An entry of the runtime JSON as a binding of the source: its key is the Jira project, or with a `/` in it the path of
 * the repository, which has none.
 */
export function toEntrySource(key: string, binding: unknown): unknown {
  if (!isObject(binding)) return binding;
  return isRepositoryKey(key) ? { repo: key, ...binding } : { ...binding, jira_project: key };
}

/** Whether an entry of the runtime JSON is a repository without a Jira project. */
export function isRepositoryKey(key: string): boolean {
  return key.includes('/');
}
