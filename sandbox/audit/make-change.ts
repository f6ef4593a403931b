import type { SandboxGitLab } from '../gitlab/server/start-sandbox-gitlab.ts';
import type { ReleaseClock } from './release-clock.ts';

export interface ReleaseParts {
  gitlab: SandboxGitLab;
  clock: ReleaseClock;
}

export interface Change {
  path: string;
  branch: string;
  title: string;
  /** Messages of its commits, oldest first; the title unless given. */
  messages?: string[];
  /** `main` unless given. */
  target?: string;
  /** `ada` unless given. */
  author?: string;
  /** `bob` unless given. */
  approvers?: string[];
  /** Status of the pipeline of the source branch; null for none. `success` unless given. */
  branchPipeline?: string | null;
  /** Status of the pipeline of the target branch after the merge; null for none. `success` unless given. */
  targetPipeline?: string | null;
  /** Approves long after the merge instead of before it. */
  approvedLate?: boolean;
  description?: string;
  /** Where the branch starts; the target unless given. With another start it is rebased after the approval. */
  from?: string;
  /** Adds a commit to the branch before the merge request is opened. */
  helper?: string;
  /** The author adds a commit after the approval. */
  changedLate?: boolean;
  /** It stays open. */
  open?: boolean;
}

/**
 * Plays one merge request from its first commit to the pipeline after the merge, an hour for each. Resolves its number.
 */
export async function makeChange({ gitlab, clock }: ReleaseParts, change: Change): Promise<number> {
  const { path, branch, title, target = 'main', author = 'ada', approvers = ['bob'] } = change;
  const { branchPipeline = 'success', targetPipeline = 'success', messages = [title], approvedLate = false } = change;
  const writer = gitlab.as(author);
  const project = gitlab.project(path);
  for (const [index, message] of messages.entries()) {
    clock.advance(5);
    const files = { [`src/${branch.replaceAll('/', '-')}-${index}.ts`]: `// ${message.split('\n')[0]}\n` };
    // Only the first commit of a branch names where it starts.
    await writer.push(path, { branch, files, message, ...(index === 0 ? { from: change.from ?? target } : {}) });
  }
  const add = async (by: string, name: string) => {
    clock.advance(5);
    const files = { [`src/${branch}-${name}.ts`]: `// ${name}\n` };
    await gitlab.as(by).push(path, { branch, files, message: title });
  };
  if (change.helper !== undefined) await add(change.helper, 'help');
  if (branchPipeline !== null) writer.runPipeline(path, { ref: branch, status: branchPipeline });
  clock.advance(5);
  const { description = '' } = change;
  const { iid } = await writer.openMergeRequest(path, {
    sourceBranch: branch,
    targetBranch: target,
    title,
    description,
  });
  clock.advance(20);
  const approve = () => {
    for (const approver of approvers) gitlab.as(approver).approve(path, iid);
  };
  if (!approvedLate) approve();
  if (change.changedLate) await add(author, 'late');
  clock.advance(5);
  if (change.open) return iid;
  if (change.from !== undefined) {
    await gitlab.as('carol').rebase(path, iid);
    if (branchPipeline !== null) writer.runPipeline(path, { ref: branch, status: branchPipeline });
    clock.advance(5);
  }
  await gitlab.as('carol').merge(path, iid);
  if (targetPipeline !== null) {
    const sha = project.repository.branches.get(target) ?? '';
    gitlab.as('carol').runPipeline(path, { ref: target, sha, status: targetPipeline });
  }
  clock.advance(20);
  if (approvedLate) {
    gitlab.as('carol').deploy(path, { environment: 'production', ref: target });
    clock.advance(60);
    approve();
  }
  return iid;
}
