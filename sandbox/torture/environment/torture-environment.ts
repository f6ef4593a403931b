import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MAINTAINER } from '../../../shared/domain/accounts/project-roles.ts';
import { toKeyVaultName } from '../../../shared/domain/mapping/credential-names.ts';
import { type Environment, type EnvironmentOptions, startEnvironment } from '../../environment/start-environment.ts';
import type { SandboxMergeRequest } from '../../gitlab/state/fake-state.ts';
import { startKeyVault } from '../../key-vault/key-vault.ts';
import { loadScenarios } from '../../model/load-scenarios.ts';
import { type FrontDoor, startFrontDoor } from './front-door.ts';
import { type KeepAlive, keepAlive } from './keep-alive.ts';
import { createMemory, type Memory } from './memory.ts';
import { type ModelTrouble, startModelTrouble } from './model-trouble.ts';
import { createRandom } from './random.ts';
import { monthLimit, renderMap } from './render-map.ts';
import { ADA, AGENT, BEA, CAREFUL, MIRROR, RENOVATE, REPOSITORIES, TEAMS, VAULT_ALIAS, VERSIONS } from './teams.ts';

/** An environment with everything that can be broken, and handles to break it. */
export interface TortureEnvironment {
  environment: Environment;
  frontDoor: FrontDoor;
  model: ModelTrouble;
  functions: KeepAlive;
  /** Every line of every process and of the torture itself, with its time and origin. */
  log: string[];
  /** Comments to the agent on tickets; their markers have to reach it. */
  comments: { issueKey: string; marker: string; at: number }[];
  /** Commits of people. */
  pushed: { repo: string; branch: string; sha: string }[];
  /** Tickets whose plan a person has approved. */
  approved: Set<string>;
  /** Merge requests of the agent that a person has made a draft again. */
  heldBack: Set<SandboxMergeRequest>;
  /** Notes of people that want an answer. */
  asked: { repo: string; iid: number; noteId: number }[];
  /** Notes of bots that ask for something: none is answered. */
  ignored: { repo: string; iid: number; noteId: number }[];
  /**
   * Lines that are to let refused files pass: the id of the comment or note, who wrote it, and the comment of the agent
   * that they answer.
   */
  allowed: { issueKey: string; comment: string; by: string; refusal: string }[];
  /** Merge requests whose reviewer a person has taken off, after the agent had asked. */
  takenOff: Set<SandboxMergeRequest>;
  /** Tickets that are named where no ticket is read; their markers may not reach the agent. */
  named: { issueKey: string; marker: string }[];
  /** Credentials; none may turn up anywhere. */
  secrets: string[];
  memory: Memory;
  adminSecret: string;
  /** Runs that the team with a limit of the month may have begun, at its highest so far. */
  highestMonthLimit: number;
  /** When a team had a trouble of its own; `to` is infinite while it lasts. */
  teamTroubles: { projects: string[]; from: number; to: number }[];
  /** Enables or disables the token in the vault. */
  setVaultSecret(enabled: boolean): void;
  /** Replaces the project map at its source; processes read it at the next reload. */
  writeMap(text: string): Promise<void>;
  note(text: string): void;
  close(): Promise<void>;
}

/**
 * Times that fit into minutes. The lease is long enough for a machine on which a process gets no time for many seconds.
 */
const FAST = { RETRY_BASE_SECONDS: '2', SWEEP_PATIENCE_SECONDS: '8' };
const SCHEDULES = {
  POLL_JIRA_SCHEDULE: '*/3 * * * * *',
  POLL_GITLAB_SCHEDULE: '1-59/3 * * * * *',
  SWEEP_SCHEDULE: '*/2 * * * * *',
};
const LEASE_SECONDS = 30;

export interface TortureEnvironmentOptions extends Pick<EnvironmentOptions, 'azurite' | 'programs'> {
  seed: number;
  functionInstances: number;
  runners: number;
}

export async function startTortureEnvironment(options: TortureEnvironmentOptions): Promise<TortureEnvironment> {
  const log: string[] = [];
  const startedAt = Date.now();
  const keepLine = (from: string, line: string) =>
    log.push(`${((Date.now() - startedAt) / 1000).toFixed(2).padStart(8)} ${from} ${line}`);
  const note = (text: string) => void keepLine('TORTURE', text);

  const directory = await mkdtemp(path.join(tmpdir(), 'cmap-torture-'));
  const mapFile = path.join(directory, 'map.json');
  const writeMap = (text: string) => writeFile(mapFile, text);
  await writeMap(renderMap(0));
  const model = await startModelTrouble();
  const credentials = makeCredentials();
  const vault = await startKeyVault({ resource: 'vault://1' });
  const { [VAULT_ALIAS]: vaultToken = '', ...environmentTokens } = credentials.gitlabTokens;
  const setVaultSecret = (enabled: boolean) =>
    vault.setSecret(toKeyVaultName(VAULT_ALIAS), { value: vaultToken, enabled });
  setVaultSecret(true);
  const certificateFile = path.join(directory, 'vault.pem');
  await writeFile(certificateFile, vault.certificate);
  const sources = {
    JIRA_PROJECT_MAP_SOURCE: mapFile,
    KEY_VAULT_URI: vault.url,
    IDENTITY_ENDPOINT: vault.identity.endpoint,
    IDENTITY_HEADER: vault.identity.header,
    NODE_EXTRA_CA_CERTS: certificateFile,
  };
  const environment = await startEnvironment({
    ...people(credentials),
    credentials: { ...credentials, gitlabTokens: environmentTokens },
    projectMap: renderMap(0),
    scenarios: await loadScenarios(path.join(import.meta.dirname, '../scenarios')),
    functionInstances: options.functionInstances,
    ...(options.azurite ? { azurite: options.azurite } : {}),
    ...(options.programs ? { programs: options.programs } : {}),
    timers: true,
    maxRunners: options.runners,
    startsForLeased: true,
    functionsEnv: { ...FAST, ...SCHEDULES, ...sources },
    runnerEnv: {
      ...FAST,
      ...sources,
      COPILOT_PROVIDER_BASE_URL: model.url,
      RUNNER_LEASE_SECONDS: String(LEASE_SECONDS),
      RUNNER_INACTIVITY_SECONDS: '20',
      RUNNER_GRACE_SECONDS: '4',
      RUNNER_IDLE_SECONDS: '1',
      RUNNER_RUNS_AT_ONCE: '2',
    },
    onLog: (line, { program, pid }) => keepLine(`${program}${pid > 0 ? `/${pid}` : ''}`, line),
  });
  if (!environment.model) throw new Error('the scripted model is missing');
  model.setTarget(environment.model.url);
  const functions = keepAlive(environment, note);
  const frontDoor = await startFrontDoor({
    instances: () => functions.alive().map(({ url }) => url),
    random: createRandom(options.seed + 1),
  });
  await addReleases(environment);
  addWebhooks(environment, frontDoor.url, credentials);

  const { gitlabTokens, jira, adminSecret, gitlabWebhookSecret, jiraWebhookSecret } = credentials;
  return {
    environment,
    frontDoor,
    model,
    memory: createMemory(environment),
    functions,
    log,
    comments: [],
    pushed: [],
    approved: new Set(),
    heldBack: new Set(),
    asked: [],
    ignored: [],
    allowed: [],
    takenOff: new Set(),
    named: [],
    teamTroubles: [],
    highestMonthLimit: monthLimit(0),
    setVaultSecret,
    secrets: [...Object.values(gitlabTokens), jira.apiToken, adminSecret, gitlabWebhookSecret, jiraWebhookSecret],
    adminSecret,
    writeMap,
    note,
    async close() {
      await functions.stop();
      await environment.close();
      await frontDoor.stop();
      await model.stop();
      await vault.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function makeCredentials(): EnvironmentOptions['credentials'] {
  const secret = (prefix: string) => `${prefix}${randomBytes(16).toString('hex')}`;
  return {
    gitlabTokens: { default: secret('glpat-'), platform_team: secret('glpat-') },
    jira: { email: 'agent@example.com', apiToken: secret('jira-') },
    adminSecret: secret('admin-'),
    gitlabWebhookSecret: secret('hook-'),
    jiraWebhookSecret: secret('hook-'),
  };
}

function people({
  gitlabTokens,
  jira,
}: EnvironmentOptions['credentials']): Pick<EnvironmentOptions, 'gitlab' | 'jira'> {
  const bots = new Map(TEAMS.map(({ bot, credentialRef }) => [bot, gitlabTokens[credentialRef] ?? '']));
  const files = { 'README.md': '# Pages\n', 'docs/index.md': '# Index\n' };
  return {
    gitlab: {
      users: [
        { username: ADA, name: 'Ada', publicEmail: addressOf(ADA) },
        { username: BEA, name: 'Bea', publicEmail: addressOf(BEA) },
        { username: RENOVATE, name: 'Renovate', bot: true },
        { username: MIRROR, name: 'Mirror' },
        ...[...bots].map(([username, token]) => ({ username, bot: true, tokens: [token] })),
      ],
      projects: REPOSITORIES.map(({ repo, targetBranch, bot }) => ({
        path: repo,
        defaultBranch: targetBranch,
        members: { [ADA]: MAINTAINER, [BEA]: 30, [RENOVATE]: 30, [MIRROR]: 30, [bot]: 30 },
        files,
      })),
    },
    jira: {
      users: [
        { accountId: ADA, displayName: 'Ada', emailAddress: addressOf(ADA) },
        { accountId: BEA, displayName: 'Bea', emailAddress: addressOf(BEA) },
        { accountId: AGENT, displayName: 'Agent', emailAddress: jira.email, apiToken: jira.apiToken },
      ],
      projects: TEAMS.map(({ jiraProject }) => ({ key: jiraProject })),
    },
  };
}

/** Jira and GitLab show the same one, by which a person is known in both. */
function addressOf(name: string): string {
  return `${name}@example.com`;
}

/** Both branches of versions begin at the target branch. */
async function addReleases({ gitlab, jira }: Environment): Promise<void> {
  const team = TEAMS.find(({ jiraProject }) => jiraProject === CAREFUL);
  for (const version of VERSIONS) {
    jira.addVersion(CAREFUL, version);
    const release = {
      branch: `release/${version}`,
      from: team?.targetBranch ?? 'main',
      files: { 'RELEASE.md': version },
    };
    await gitlab.as(ADA).push(team?.repo ?? '', release);
  }
}

function addWebhooks(environment: Environment, url: string, credentials: EnvironmentOptions['credentials']): void {
  const { gitlabWebhookSecret, jiraWebhookSecret } = credentials;
  for (const { repo } of REPOSITORIES) {
    environment.gitlab.project(repo).hooks.push({
      id: environment.gitlab.state.nextId(),
      url: `${url}/api/webhooks/gitlab`,
      token: gitlabWebhookSecret,
      signingToken: undefined,
      mergeRequestsEvents: true,
      noteEvents: true,
      pipelineEvents: true,
      pushEvents: false,
      createdAt: Date.now(),
      failures: 0,
      disabledUntil: 0,
    });
  }
  environment.jira.webhooks.configure({ url: `${url}/api/webhooks/jira`, secret: jiraWebhookSecret });
}
