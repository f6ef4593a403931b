import type { CommitRules } from '../../../shared/domain/mapping/binding.ts';

/**
 * The form of a first line as the binding wants it, with the key of the issue. Without an issue the key goes, and what
 * joined it.
 */
export function planSubjectForm({ subject }: Pick<CommitRules, 'subject'>, issueKey: string | undefined): string {
  return issueKey === undefined
    ? subject.replaceAll(/[[(]?\{key\}[\])]?[\s:,–-]*/g, '')
    : subject.replaceAll('{key}', issueKey);
}
