import type { MappingPath } from '../problem.ts';
import { valueAt } from '../value-at.ts';
import { JIRA_PROJECT_KEY } from './field-types.ts';
import { looksLikeToken } from './looks-like-token.ts';

/** The part of a mapping a path is in, as people count: `binding 2 (OPS)`, `defaults`, or `file`. */
export function nameBinding(path: MappingPath, source: unknown): string {
  const [block, index] = path;
  if (block === 'defaults') return 'defaults';
  if (block !== 'bindings' || typeof index !== 'number') return 'file';
  const key = valueAt(source, ['bindings', index, 'jira_project']);
  const isShown = typeof key === 'string' && JIRA_PROJECT_KEY.test(key) && !looksLikeToken(key);
  return `binding ${index + 1}${isShown ? ` (${key})` : ''}`;
}
