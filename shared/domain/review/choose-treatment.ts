import { sameName } from '../../kernel/text/same-name.ts';
import type { BotRules } from '../mapping/binding.ts';
import type { GitLabUser, MergeRequest } from '../ports/gitlab.ts';
import { isDependencyFile } from './dependency-files.ts';
import { isBotUser, isDependencyBot } from './is-bot-user.ts';
import { matchesAny } from './matches-any.ts';

/** What is known of a merge request when it is decided how it is treated. */
export type TreatedMergeRequest = Pick<MergeRequest, 'sourceBranch' | 'labels'> & {
  author: Pick<GitLabUser, 'id' | 'username' | 'bot'>;
};

export interface TreatmentContext {
  /** The agent's own user, which is no other bot; absent where it is not known yet. */
  self?: Pick<GitLabUser, 'id'>;
  /** New and old paths of the diff; absent means not known yet. */
  changedPaths?: readonly string[];
}

/**
 * How a merge request is treated by who wrote it: `usual` as one of a person; a dependency update of a bot is reviewed
 * without its lock files, `summary` without threads; `undecided` until its files are known. The rest is skipped.
 */
export type Treatment =
  | { kind: 'usual' | 'undecided' }
  | { kind: 'dependency-update'; isSummaryOnly: boolean }
  | { kind: 'skip'; reason: 'bot-author' | 'dependency-update' };

/**
 * Decides by the rules of the binding. Only a bot's merge request is a dependency update: what a person changes in a
 * manifest is read like everything else of theirs.
 */
export function chooseTreatment(
  mergeRequest: TreatedMergeRequest,
  rules: BotRules,
  { self, changedPaths }: TreatmentContext,
): Treatment {
  const { author } = mergeRequest;
  if (author.id === self?.id || !isBotUser(author, rules.authors)) return { kind: 'usual' };
  const { mergeRequests, dependencyUpdates } = rules;
  if (mergeRequests === 'skip' && dependencyUpdates === 'skip') return { kind: 'skip', reason: 'bot-author' };
  const isUpdate = isDependencyUpdate(mergeRequest, rules, changedPaths);
  if (isUpdate === undefined) return { kind: 'undecided' };
  if (!isUpdate) return mergeRequests === 'skip' ? { kind: 'skip', reason: 'bot-author' } : { kind: 'usual' };
  if (dependencyUpdates === 'skip') return { kind: 'skip', reason: 'dependency-update' };
  return { kind: 'dependency-update', isSummaryOnly: dependencyUpdates === 'summary' };
}

/** By author, branch or label, else by its files; `undefined` while these are not known. */
function isDependencyUpdate(
  { author, sourceBranch, labels }: TreatedMergeRequest,
  { dependencyBranches, dependencyLabels }: BotRules,
  changedPaths: readonly string[] | undefined,
): boolean | undefined {
  if (isDependencyBot(author) || matchesAny(sourceBranch, dependencyBranches)) return true;
  if (labels.some((label) => dependencyLabels.some((known) => sameName(known, label)))) return true;
  if (changedPaths === undefined) return undefined;
  return changedPaths.length > 0 && changedPaths.every(isDependencyFile);
}
