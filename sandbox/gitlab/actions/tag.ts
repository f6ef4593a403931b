import type { SandboxProject } from '../state/fake-state.ts';

/** Puts a lightweight tag on a branch or commit; an existing one moves. */
export async function tagCommit({ repository }: SandboxProject, name: string, ref: string): Promise<void> {
  const sha = repository.branches.get(ref) ?? ref;
  await repository.git(['update-ref', `refs/tags/${name}`, sha]);
}
