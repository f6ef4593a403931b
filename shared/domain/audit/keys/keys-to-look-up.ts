import { buildChanges } from '../changes/build-changes.ts';
import type { AuditFacts } from '../facts/audit-facts.ts';
import type { IssueKey } from '../facts/issue.ts';
import { attributeCommits } from '../range/attribute-commits.ts';
import { createKeyReader } from './key-reader.ts';
import { readChangeKeys } from './read-change-keys.ts';

/**
 * Keys of the audited projects that the changes name, bodies included, and that no issue or lookup of the facts answers
 * yet; sorted. A moved issue may have left an audited project, so its old key is asked for too.
 */
export function keysToLookUp(
  facts: Pick<AuditFacts, 'repositories' | 'issues' | 'lookups'> & {
    request: Pick<AuditFacts['request'], 'projects' | 'mappedProjects'>;
  },
): IssueKey[] {
  const reader = createKeyReader(facts.request.mappedProjects);
  const answered = new Set([...facts.issues.map((issue) => issue.key), ...facts.lookups.map((lookup) => lookup.key)]);
  const keys = new Set<IssueKey>();
  for (const repository of facts.repositories)
    for (const change of buildChanges(repository, attributeCommits(repository)))
      for (const { written } of readChangeKeys(change, reader)) if (!answered.has(written)) keys.add(written);
  return [...keys].sort();
}
