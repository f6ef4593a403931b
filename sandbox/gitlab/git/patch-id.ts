import type { SandboxProject } from '../state/fake-state.ts';

/** The id git gives a patch, the same before and after a rebase that changed nothing; empty for an empty diff. */
export async function readPatchId(
  { repository }: SandboxProject,
  { baseSha, headSha }: { baseSha: string; headSha: string },
): Promise<string> {
  const diff = await repository.git(['diff', baseSha, headSha, '--']);
  const line = await repository.git(['patch-id', '--stable'], { input: `${diff}\n` });
  return line.split(' ')[0] ?? '';
}
