import pLimit from 'p-limit';
import { z } from 'zod';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
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
  work: (gitlab: GitLab, project: Project, binding: Pick<Binding, 'repairPipelines'>) => Promise<Done>,
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

/** Each repository once, also where several bindings share it. */
async function chooseRepositories({ repo, map }: Where, tools: Pick<Tools, 'bindings'>) {
  const bindings = await tools.bindings(map);
  const known = new Map(bindings.map((binding) => [binding.repo.toLowerCase(), binding]));
  const wanted = repo.map((one) => one.toLowerCase());
  const unknown = repo.filter((one) => !known.has(one.toLowerCase()));
  if (unknown.length > 0) throw new UsageError(`the map has no repository ${unknown.join(', ')}; see cmap show`);
  if (known.size === 0) throw new UsageError('the map has no bindings, so there is no repository for a webhook');
  const chosen = [...known].filter(([key]) => wanted.length === 0 || wanted.includes(key));
  return chosen.map(([key, { repo: path, credentialRef }]) => {
    // Of several bindings on one repository the first speaks for its merge requests.
    const speaker = bindings.find((binding) => binding.repo.toLowerCase() === key);
    return { repo: path, credentialRef, repairPipelines: speaker?.repairPipelines ?? 'off' };
  });
}

function describeRefusal(error: TaskError): string {
  if (error.code !== 'gitlab-forbidden') return describeFailure(error);
  return 'GitLab refused it: webhooks need the role Maintainer; use a token that has it (--credential, or GITLAB_TOKEN here only).';
}
