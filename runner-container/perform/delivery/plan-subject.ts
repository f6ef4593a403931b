import type { CommitRules } from '../../../shared/domain/mapping/binding.ts';

/** The first line of a commit message as the binding wants it. Without an issue its key goes, and what joined it. */
export function planSubject(
  { subject }: Pick<CommitRules, 'subject'>,
  { issueKey, summary }: { issueKey: string | undefined; summary: string },
): string {
  const withKey =
    issueKey === undefined
      ? subject.replaceAll(/[[(]?\{key\}[\])]?[\s:,–-]*/g, '')
      : subject.replaceAll('{key}', issueKey);
  return withKey.replaceAll('{summary}', () => summary).trim();
}
