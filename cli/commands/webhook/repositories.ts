import pLimit from 'p-limit';
import * as z from 'zod';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { GitLab, Project } from '../../../shared/domain/ports/gitlab.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { Tools } from '../../clients/tools.ts';
import { describeFailure } from '../../output/describe-error.ts';

/** The options of every command about webhooks. */
export const WhereOptions = z.object({
  repo: z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat())
    .default([]),
  map: z.string().optional(),
  credential: z.string().min(1).optional(),
  json: z.boolean().default(false),
});
type Where = Pick<z.infer<typeof WhereOptions>, 'repo' | 'map' | 'credential'>;

/** Repositories that are asked at once; a company has hundreds, and one GitLab. */
const AT_ONCE = 8;

/** What became of one repository; `problem` where nothing could be done about it. */
export type Outcome<Done> = { repo: string } & (Done | { action: 'failed'; problem: string });

/**
 * Does something in each repository that was chosen, in the order of the map. One that GitLab refuses keeps none of
 * the others back. @throws {UsageError} for a repository that is not in the map
 */
export async function inEachRepository<Done extends object>(
  where: Where,
  tools: Pick<Tools, 'bindings' | 'gitlab'>,
  work: (gitlab: GitLab, project: Project, binding: Pick<Binding, 'repairPipelines' | 'mergeRequest'>) => Promise<Done>,
): Promise<Outcome<Done>[]> {
  const repositories = await chooseRepositories(where, tools);
  const { gitlabFor } = await tools.gitlab();
  return pLimit(AT_ONCE).map(repositories, async (binding): Promise<Outcome<Done>> => {
    const { repo, credentialRef } = binding;
    try {
      const gitlab = await gitlabFor(where.credential ?? credentialRef);
      const project = await gitlab.findProject(repo);
      if (!project) {
        const problem = 'It does not exist, or the credential may not see it: check repo and credential_ref.';
        return { repo, action: 'failed', problem };
      }
      return { repo, ...(await work(gitlab, project, binding)) };
    } catch (error) {
      if (error instanceof TaskError) return { repo, action: 'failed', problem: describeRefusal(error) };
      throw error;
    }
  });
}

/** Of each repository the binding that speaks for it, in the order of the map. */
async function chooseRepositories({ repo, map }: Where, tools: Pick<Tools, 'bindings'>): Promise<Binding[]> {
  const { list, byRepo } = createBindings(await tools.bindings(map));
  const unknown = repo.filter((one) => !byRepo(one));
  if (unknown.length > 0) throw new UsageError(`the map has no repository ${unknown.join(', ')}; see cmap show`);
  if (list.length === 0) throw new UsageError('the map has no bindings, so there is no repository for a webhook');
  const wanted = new Set(repo.map(byRepo));
  return list.filter((binding) => byRepo(binding.repo) === binding && (wanted.size === 0 || wanted.has(binding)));
}

function describeRefusal(error: TaskError): string {
  if (error.code !== 'gitlab-forbidden') return describeFailure(error);
  return 'GitLab refused it: webhooks need the role Maintainer; use a token that has it (--credential, or GITLAB_TOKEN here only).';
}
