import type { MappingPath } from '../problem.ts';
import { valueAt } from '../value-at.ts';
import { JIRA_PROJECT_KEY, REPO_PATH } from './field-types.ts';
import { looksLikeToken } from './looks-like-token.ts';

/** The part of a mapping a path is in, as people count: `binding 2 (OPS)`, `binding 3 (group/app)`, `defaults`
 * or `file`. */
export function nameBinding(path: MappingPath, source: unknown): string {
  const [block, index] = path;
  if (block === 'defaults') return 'defaults';
  if (block !== 'bindings' || typeof index !== 'number') return 'file';
  const key = valueAt(source, ['bindings', index, 'jira_project']);
  const repo = valueAt(source, ['bindings', index, 'repo']);
  const name = key === undefined && typeof repo === 'string' && REPO_PATH.test(repo) ? repo : key;
  const isShown = typeof name === 'string' && (name === repo || JIRA_PROJECT_KEY.test(name)) && !looksLikeToken(name);
  return `binding ${index + 1}${isShown ? ` (${name})` : ''}`;
}
