import pLimit from 'p-limit';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { bindingName } from '../../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { OpenRun } from '../../../shared/domain/ports/run-ledger.ts';
import { findTicketOfBranch } from '../../../shared/domain/tasks/find-ticket-of-branch.ts';
import { describeError, TaskError } from '../../../shared/kernel/errors.ts';
import { nameSome } from '../../../shared/kernel/text/list-some.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { hasStorage } from '../../clients/has-storage.ts';
import { listProjectPaths } from '../../clients/project-paths.ts';
import type { Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';

/** An open merge request of the agent for a ticket of a binding that changes. */
export interface TouchedMergeRequest {
  jiraProject: string;
  issueKey: string;
  /** `group/app!41`. */
  name: string;
  url: string;
  branch: string;
}

/** A run that is not over. */
export interface TouchedRun {
  runId: string;
  /** Its binding: the path of the repository where that has no Jira project. */
  jiraProject: string;
  state: string;
}

/** What is at work where bindings change or go. */
export interface BlastRadius {
  mergeRequests: TouchedMergeRequest[];
  runs: TouchedRun[];
  /** What was not asked, one line each. */
  notes: string[];
}

export interface RadiusInput {
  /** The bindings of the old map. */
  before: readonly Binding[];
  /** Names of bindings that are removed or changed. */
  touched: ReadonlySet<string>;
  /** Whether the old map is the deployed one, whose storage is there. */
  isDeployed: boolean;
}

type RadiusTools = Pick<Tools, 'storage' | 'gitlab'>;

/** Repositories that are asked about; a change of a default touches them all. */
const MOST_REPOSITORIES = 100;
const AT_ONCE = 4;

/**
 * Finds the open merge requests of the agent and the runs at work that a new map touches. Storage is read where the old
 * map is deployed or the settings are there; GitLab is asked where there is a token: once who it is for each token, and
 * about each repository its number and the open merge requests of that account.
 */
export async function findBlastRadius(
  { before, touched, isDeployed }: RadiusInput,
  tools: RadiusTools,
  env: CliIO['env'],
): Promise<BlastRadius> {
  if (touched.size === 0) return { mergeRequests: [], runs: [], notes: [] };
  const bindings = before.filter((binding) => touched.has(bindingName(binding)));
  const [runs, asked] = await Promise.all([
    isDeployed || hasStorage(env) ? findRuns(before, touched, tools, env) : [],
    askGitLab(bindings, tools),
  ]);
  return { runs, ...asked };
}

async function findRuns(
  before: readonly Binding[],
  touched: ReadonlySet<string>,
  tools: Pick<Tools, 'storage'>,
  env: CliIO['env'],
): Promise<TouchedRun[]> {
  const storage = await tools.storage();
  const open = await storage.ledger.listOpen();
  const paths = open.some(({ task }) => 'projectId' in task) ? await listProjectPaths(storage, env) : () => undefined;
  const { byRepo } = createBindings(before);
  const projectOf = ({ task }: OpenRun): string | undefined => {
    if (task.kind === 'coding') return task.jiraProject;
    const binding = 'projectId' in task ? byRepo(paths(task.projectId) ?? '') : undefined;
    return binding && bindingName(binding);
  };
  return open.flatMap((run) => {
    const jiraProject = projectOf(run);
    return jiraProject !== undefined && touched.has(jiraProject)
      ? [{ runId: run.runId, jiraProject, state: run.state }]
      : [];
  });
}

type Asked = Pick<BlastRadius, 'mergeRequests' | 'notes'>;

async function askGitLab(bindings: readonly Binding[], tools: Pick<Tools, 'gitlab'>): Promise<Asked> {
  const repositories = [...Map.groupBy(bindings, ({ repo }) => repo.toLowerCase()).values()];
  if (repositories.length === 0) return { mergeRequests: [], notes: [] };
  let gitlabFor: (credentialRef: string) => Promise<GitLab>;
  try {
    ({ gitlabFor } = await tools.gitlab());
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof TaskError)) throw error;
    return { mergeRequests: [], notes: [`GitLab was not asked for open merge requests: ${describeReason(error)}`] };
  }
  const limit = pLimit(AT_ONCE);
  const answers = await limit.map(repositories.slice(0, MOST_REPOSITORIES), (one) => askAbout(one, gitlabFor));
  const left = repositories.length - MOST_REPOSITORIES;
  return {
    mergeRequests: answers.flatMap((one) => ('found' in one ? one.found : [])),
    notes: [
      ...describeRefusals(answers.flatMap((one) => ('reason' in one ? [one] : []))),
      ...(left > 0 ? [`GitLab was not asked about the open merge requests of ${left} more repositories`] : []),
    ],
  };
}

interface Refused {
  repo: string;
  reason: string;
}

/** The bindings are all of one repository; the first one's token asks. */
async function askAbout(
  bindings: readonly Binding[],
  gitlabFor: (credentialRef: string) => Promise<GitLab>,
): Promise<Refused | { found: TouchedMergeRequest[] }> {
  const [{ repo, credentialRef } = { repo: '', credentialRef: '' }] = bindings;
  try {
    const gitlab = await gitlabFor(credentialRef);
    const [self, project] = await Promise.all([gitlab.getCurrentUser(), gitlab.findProject(repo)]);
    if (!project) return { repo, reason: 'GitLab does not show it to this token' };
    const open = await gitlab.listOpenMergeRequestsBy(project.id, self.id);
    return { found: open.flatMap((mergeRequest) => toTouched(mergeRequest, repo, bindings)) };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { repo, reason: describeReason(error) };
  }
}

function toTouched(
  { iid, webUrl, sourceBranch }: MergeRequest,
  repo: string,
  bindings: readonly Binding[],
): TouchedMergeRequest[] {
  const ticket = findTicketOfBranch(sourceBranch, bindings);
  if (!ticket) return [];
  const { issueKey, jiraProject } = ticket;
  const name = `${repo}!${iid}`;
  return [{ jiraProject, issueKey, name, url: webUrl, branch: sourceBranch }];
}

function describeReason(error: UsageError | TaskError): string {
  // What is missing, without how to get it: who compares two files may not need it.
  if (error instanceof UsageError) return error.message.split(/(?<=\.)\s/)[0] ?? '';
  const { sentence } = describeError(error.code);
  return [sentence, error.detail].filter(Boolean).join(' ');
}

/** One line for each reason, however many repositories it has. */
function describeRefusals(refused: readonly Refused[]): string[] {
  return [...Map.groupBy(refused, ({ reason }) => reason)].map(([reason, those]) => {
    const repos = those.map(({ repo }) => repo);
    return `open merge requests of ${nameSome(repos, 1)} are not named: ${reason}`;
  });
}
