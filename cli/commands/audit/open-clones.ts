import path from 'node:path';
import { createGitEvidenceFetch } from '../../../shared/adapters/git-history/git-evidence-fetch.ts';
import { type Clone, openClone } from '../../../shared/adapters/git-history/open-clone.ts';
import type { EvidenceFetch } from '../../../shared/domain/ports/evidence.ts';
import type { AuditPlan } from '../../../shared/services/audit/plan/audit-plan.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { CliIO } from '../../io/io.ts';

/** The plan whose repositories are read from local clones where one is given, and what answers questions to these. */
export interface OpenedClones {
  plan: AuditPlan;
  fetch: EvidenceFetch;
}

/**
 * Finds the repository of the plan that each folder is a clone of, by its remotes. @throws {UsageError} for a folder
 * that is no clone, or one of a repository that is not audited, or the second clone of one.
 */
export async function openClones(
  directories: readonly string[],
  plan: AuditPlan,
  { cwd, env }: Pick<CliIO, 'cwd' | 'env'>,
): Promise<OpenedClones> {
  const clones = new Map<string, Clone>();
  for (const directory of directories) {
    const options = { environment: env, gitlabUrl: env['GITLAB_URL'] };
    const clone = await openClone(path.resolve(cwd, directory), options);
    if (!clone) throw new UsageError(`--git-dir ${directory} is in no clone of a repository that git can read`);
    const repository = findRepository(clone, plan);
    if (repository === undefined) throw new UsageError(describeForeign(directory, clone, plan));
    if (clones.has(repository)) throw new UsageError(`--git-dir names two clones of ${repository}; one is enough`);
    clones.set(repository, clone);
  }
  const repositories = plan.repositories.map((one) =>
    clones.has(one.repository) ? { ...one, clone: true as const } : one,
  );
  return { plan: { ...plan, repositories }, fetch: createGitEvidenceFetch({ clones, environment: env }) };
}

function findRepository({ repositories }: Clone, plan: AuditPlan): string | undefined {
  const names = new Set(repositories.map((one) => one.toLowerCase()));
  return plan.repositories.find(({ repository }) => names.has(repository.toLowerCase()))?.repository;
}

function describeForeign(directory: string, { repositories }: Clone, plan: AuditPlan): string {
  const audited = plan.repositories.map(({ repository }) => repository).join(', ');
  const what = repositories.length === 0 ? 'a repository without a remote' : repositories.join(', ');
  return `--git-dir ${directory} is a clone of ${what}, and audited is ${audited}`;
}
