import type { SandboxMergeRequest } from '../../gitlab/state/fake-state.ts';
import type { Random } from '../environment/random.ts';
import { ADA } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';

let changes = 0;

/** A number that no other change of people has. */
export function nextChange(): number {
  changes += 1;
  return changes;
}

/**
 * Pushes as a person who does not want to lose it.
 * @throws {Error} when the branch has moved meanwhile, as `git push` does.
 */
export async function push(
  torture: TortureEnvironment,
  repo: string,
  branch: string,
  files: Record<string, string>,
): Promise<string> {
  const sha = await torture.environment.gitlab.as(ADA).push(repo, { branch, files, message: 'A person was here' });
  torture.pushed.push({ repo, branch, sha });
  return sha;
}

/** Every merge request there is. */
export function listAll({ environment: { gitlab } }: TortureEnvironment): SandboxMergeRequest[] {
  return gitlab.state.projects.flatMap(({ mergeRequests }) => mergeRequests);
}

/** Those that are open. */
export function listOpen(torture: TortureEnvironment): SandboxMergeRequest[] {
  return listAll(torture).filter(({ state }) => state === 'opened');
}

/** A person's own, which she may close and reopen. */
export function isOwn({ sourceBranch }: SandboxMergeRequest): boolean {
  return sourceBranch.startsWith(`${ADA}/`);
}

/** Any open one. */
export function pickOpen(torture: TortureEnvironment, random: Random): SandboxMergeRequest | undefined {
  return random.pick(listOpen(torture));
}

/** As people write it: `group/app!3`. */
export function describe({ project, iid }: SandboxMergeRequest): string {
  return `${project.path}!${iid}`;
}

/** The agent's own for a ticket or a version: people may name a branch as it does. */
export function isAgents({ sourceBranch, author }: SandboxMergeRequest): boolean {
  return author.bot && sourceBranch.startsWith('agent/');
}

/** The agent's open ones for tickets of a team. */
export function listOfTeam(torture: TortureEnvironment, jiraProject: string): SandboxMergeRequest[] {
  return listOpen(torture).filter(
    (mergeRequest) => isAgents(mergeRequest) && mergeRequest.sourceBranch.startsWith(`agent/${jiraProject}-`),
  );
}
