import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { TYPE, wordOfType } from '../../../shared/domain/mapping/type-words.ts';

/**
 * The form of a first line as the binding wants it, with the key of the issue and the word of its type; where the type
 * was not read, the word of other types. Without an issue the key goes, and what joined it.
 */
export function planSubjectForm(
  { commit, typeWords }: { commit: Pick<Binding['commit'], 'subject'>; typeWords?: Binding['typeWords'] },
  issueKey: string | undefined,
  issueType?: string,
): string {
  const subject = commit.subject.replaceAll(TYPE, wordOfType(typeWords, issueType));
  return issueKey === undefined
    ? subject.replaceAll(/[[(]?\{key\}[\])]?[\s:,–-]*/g, '')
    : subject.replaceAll('{key}', issueKey);
}
