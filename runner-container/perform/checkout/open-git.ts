import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Git } from '../../git/git.ts';
import { assertSigningKey } from '../../git/with-signing-key.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

/**
 * Git for a run that commits: with the key that signs, where its binding names one. That it can be used is known before
 * anything is cloned.
 * @throws {TaskError} `signing-key-unusable`, `credential-unknown`, `key-vault-*`
 */
export async function openGit(
  { commit: { signingKeyRef } }: Pick<Binding, 'commit'>,
  { home }: Pick<Workspace, 'home'>,
  deps: Pick<RunnerDeps, 'git' | 'signingKeyFor'>,
  signal: AbortSignal,
): Promise<Git> {
  const git = { ...deps.git, homeDirectory: home };
  if (signingKeyRef === undefined) return git;
  const signingKey = await deps.signingKeyFor(signingKeyRef);
  await assertSigningKey(git, signingKey, signal);
  return { ...git, signingKey };
}
