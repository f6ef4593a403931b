import { uniqueNames } from '../../../kernel/text/unique-names.ts';
import type { AuditFacts } from '../facts/audit-facts.ts';
import type { IssueKey } from '../facts/issue.ts';
import { attributeCommits } from '../range/attribute-commits.ts';
import type { Attribution } from '../range/attribution.ts';
import { createKeyReader, type KeyReader } from './key-reader.ts';
import { readCommitKeys, readMergeRequestKeys } from './read-change-keys.ts';

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
  const named = facts.repositories.flatMap((repository) => keysNamed(attributeCommits(repository), reader));
  return withoutAnswered(named, facts);
}

/** Keys that the changes of a repository name, bodies included, each once: every commit is in exactly one change. */
export function keysNamed(
  { commits, mergeRequests }: Pick<Attribution, 'commits' | 'mergeRequests'>,
  reader: KeyReader,
): IssueKey[] {
  const keys = new Set<IssueKey>();
  for (const commit of commits) for (const { written } of readCommitKeys(commit, reader)) keys.add(written);
  for (const { facts } of mergeRequests)
    for (const { written } of readMergeRequestKeys(facts, reader)) keys.add(written);
  return [...keys];
}

/** Those of the keys that no issue and no lookup answers, each once and sorted. */
export function withoutAnswered(
  keys: readonly IssueKey[],
  { issues, lookups }: Pick<AuditFacts, 'issues' | 'lookups'>,
): IssueKey[] {
  const answered = new Set([...issues.map((issue) => issue.key), ...lookups.map((lookup) => lookup.key)]);
  return uniqueNames(keys.filter((key) => !answered.has(key)));
}
