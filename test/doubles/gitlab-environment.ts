import {
  type SandboxGitLab,
  type SandboxGitLabOptions,
  startSandboxGitLab,
} from '../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import { createGitLab, type GitLabDeps } from '../../shared/adapters/gitlab/create-gitlab.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { createSteppedClock } from './stepped-clock.ts';

/** Two private projects of two teams with a bot each, a developer, a maintainer, a guest and a stranger. */
const TWO_TEAMS: SandboxGitLabOptions = {
  users: [
    { username: 'ada', name: 'Ada', tokens: ['token-ada'] },
    { username: 'mia', name: 'Mia', tokens: ['token-mia'] },
    { username: 'guest', tokens: ['token-guest'] },
    { username: 'stranger', tokens: ['token-stranger'] },
    { username: 'project_1_bot_aa', name: 'cmap', bot: true, tokens: ['token-a'] },
    { username: 'project_2_bot_bb', name: 'cmap', bot: true, tokens: [{ value: 'token-b', expiresAt: '2099-06-30' }] },
  ],
  projects: [
    {
      path: 'group/app',
      members: { ada: 30, mia: 40, guest: 10, project_1_bot_aa: 30 },
      files: { 'README.md': '# App\n', 'src/main.ts': 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n' },
    },
    {
      path: 'group/sub/ops',
      members: { ada: 30, mia: 40, project_2_bot_bb: 40 },
      files: { 'README.md': '# Ops\n' },
    },
  ],
};

export function startTwoTeams(options: Partial<SandboxGitLabOptions> = {}): Promise<SandboxGitLab> {
  return startSandboxGitLab({ ...TWO_TEAMS, ...options });
}

/** Our client on the sandbox, with the bot of `group/app` unless another token is given. */
export function clientOf(sandbox: SandboxGitLab, { token = 'token-a', ...deps }: ClientOptions = {}) {
  const clock = createSteppedClock();
  return createGitLab({ baseUrl: sandbox.url, token: new Secret(token), clock, log: silentLog, ...deps });
}

interface ClientOptions extends Partial<Omit<GitLabDeps, 'token'>> {
  token?: string;
}
