import { createPollGitLab } from '../../functions/polling/gitlab/poll-gitlab.ts';
import { type SandboxGitLab, startSandboxGitLab } from '../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import { createGitLabPool } from '../../shared/app/create-gitlab-pool.ts';
import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import { resolveBinding } from '../../shared/domain/mapping/source/resolve-binding.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { createRedactor } from '../../shared/kernel/redaction/redact.ts';
import { createCredentialRegistry } from '../../shared/services/credentials/credential-registry.ts';
import { createRegistry } from '../../shared/services/projects/create-registry.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { createMemoryStorage, type MemoryStorage } from '../doubles/memory-storage.ts';
import { createSteppedClock, type SteppedClock } from '../doubles/stepped-clock.ts';
import { timerContext } from './ingress.ts';

const TEAMS = [
  { group: 'one', ref: 'default', user: 'agent-one', token: 'glpat-poll-one' },
  { group: 'two', ref: 'team_two', user: 'agent-two', token: 'glpat-poll-two' },
];
const REPOSITORIES = 50;
const BRANCHES = ['a', 'b', 'c', 'd', 'e'];

export interface PollFixture {
  gitlab: SandboxGitLab;
  storage: MemoryStorage;
  clock: SteppedClock;
  poll(): Promise<unknown>;
  /** Polls once and says what GitLab was asked meanwhile. */
  requestsOfOnePoll(): Promise<Record<string, number>>;
}

/** Two top-level groups with a credential each; in each 50 repositories with five open merge requests. */
export async function startPollFixture(): Promise<PollFixture> {
  const clock = createSteppedClock();
  const storage = createMemoryStorage({ clock });
  const sources = TEAMS.flatMap(({ group, ref, user }) =>
    Array.from({ length: REPOSITORIES }, (_, index) => ({
      user,
      source: {
        jira_project: `${group.toUpperCase()}${index}`,
        repo: `${group}/sub/app-${index}`,
        credential_ref: ref,
      },
    })),
  );
  const gitlab = await startSandboxGitLab({
    clock,
    users: [{ username: 'ada' }, ...TEAMS.map(({ user, token }) => ({ username: user, bot: true, tokens: [token] }))],
    projects: sources.map(({ source, user }) => ({
      path: source.repo,
      members: { ada: 40, [user]: 30 },
      files: { 'README.md': '# App\n' },
    })),
  });
  for (const { source } of sources) await openMergeRequests(gitlab, source.repo);
  const poll = createPoll(
    sources.map(({ source }) => resolveBinding(source)),
    { gitlab, storage, clock },
  );
  return {
    gitlab,
    storage,
    clock,
    poll,
    async requestsOfOnePoll() {
      gitlab.requests.clear();
      await poll();
      return gitlab.requests.byEndpoint();
    },
  };
}

/** One commit, five branches on it: what the poll sees is the same as with five commits. */
async function openMergeRequests(gitlab: SandboxGitLab, repo: string): Promise<void> {
  const ada = gitlab.as('ada');
  const sha = await ada.push(repo, { branch: 'a', files: { 'a.txt': 'a\n' } });
  const { repository } = gitlab.project(repo);
  for (const branch of BRANCHES.slice(1)) await repository.setBranch(branch, sha);
  await repository.refresh();
  for (const branch of BRANCHES) await ada.openMergeRequest(repo, { sourceBranch: branch, title: `Branch ${branch}` });
}

function createPoll(
  bindings: ReturnType<typeof resolveBinding>[],
  { gitlab, storage, clock }: Pick<PollFixture, 'gitlab' | 'storage' | 'clock'>,
): () => Promise<unknown> {
  const credentials = createCredentialRegistry({
    environment: { GITLAB_TOKEN: 'glpat-poll-one', GITLAB_TOKEN__TEAM_TWO: 'glpat-poll-two' },
    keyVault: undefined,
    clock,
    log: silentLog,
    redactor: createRedactor(),
  });
  const gitlabFor = createGitLabPool({ credentials, baseUrl: gitlab.url, clock, log: silentLog });
  const { ledger, queue, skipLog, watermarks, pollers, projects: cache } = storage;
  const registry = createRegistry({ bindings, gitlabFor, gitlabUrl: gitlab.url, cache, clock, log: silentLog });
  const view = { bindings: createBindings(bindings), registry, generation: 0 };
  const handler = createPollGitLab({
    mapping: { current: async () => view },
    gitlabFor,
    admit: (task) => admitTask(task, { ledger, queue, clock, log: silentLog }),
    skipLog,
    watermarks,
    pollers,
    traceparent: () => undefined,
    clock,
    log: silentLog,
  });
  return async () => handler(...timerContext('poll-gitlab'));
}
