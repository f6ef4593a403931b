import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { AllowedFile } from '../../../shared/domain/runs/refused-work.ts';
import { commitChanges } from '../../git/commit-changes.ts';
import type { CommitMessage } from '../../git/commit-message.ts';
import type { Repository } from '../../git/git.ts';
import { listChanges } from '../../git/list-changes.ts';
import { AGENT_TRAILER, RUN_TRAILER } from '../../git/list-commits.ts';
import { listLeftOut } from '../../git/list-left-out.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { describeLeftOut } from './describe-left-out.ts';
import { judgeChanges } from './judge-commit.ts';
import { planSubjectForm } from './plan-subject-form.ts';

export interface WorkToCommit {
  binding: Pick<Binding, 'protectedPaths' | 'paths' | 'limits' | 'commit' | 'typeWords'>;
  runId: string;
  /** Absent where the change belongs to no issue. */
  issueKey: string | undefined;
  /** Absent where the issue was not read. */
  issueType?: string | undefined;
  /** What was done, on one line. */
  summary: string;
  body: string;
  /** What a person lets pass for this run. */
  allowed?: readonly AllowedFile[] | undefined;
}

export interface CommittedWork {
  /** Absent when the agent changed nothing that can be committed. */
  sha?: string;
  /** Markdown lines about what the agent made that is not in the commit. */
  leftOut: string[];
}

/**
 * Commits what the agent left in the work tree. No text of the ticket or the agent brings a credential into the
 * message: the gate reads files, and what is in the history stays there.
 * @throws {Refusal} `change-refused` when the gate would not let it pass anyway.
 */
export async function commitWork(
  repository: Repository,
  work: WorkToCommit,
  { settings, maskWritten }: Pick<RunnerDeps, 'settings' | 'maskWritten'>,
  signal: AbortSignal,
): Promise<CommittedWork> {
  const list = await listChanges(repository, signal);
  judgeChanges(list, work.binding, work.allowed);
  const leftOut = describeLeftOut(await listLeftOut(repository, list, signal));
  const { changes } = list;
  if (changes.length === 0) return { leftOut };

  const { author } = settings;
  const message = buildMessage(work, { settings, maskWritten });
  const commit = await commitChanges(repository, { changes, ...message, author }, signal);
  return commit.kind === 'committed' ? { sha: commit.sha, leftOut } : { leftOut };
}

/** The message of a commit of the agent, as its binding wants it and without a credential in it. */
export function buildMessage(
  { binding, runId, issueKey, issueType, summary, body }: WorkToCommit,
  { settings, maskWritten }: Pick<RunnerDeps, 'settings' | 'maskWritten'>,
): CommitMessage {
  const { author } = settings;
  const signOff = binding.commit.signOff ? { 'Signed-off-by': `${author.name} <${author.email}>` } : {};
  const coAuthors = binding.commit.coAuthors ? { 'Co-authored-by': binding.commit.coAuthors } : {};
  return {
    subject: maskWritten(summary),
    subjectForm: planSubjectForm(binding, issueKey, issueType),
    body: maskWritten(body),
    trailers: { [RUN_TRAILER]: runId, [AGENT_TRAILER]: settings.agentId, ...coAuthors, ...signOff },
  };
}
