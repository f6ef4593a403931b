import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Clock, systemClock } from '../../../shared/kernel/clock.ts';
import { startServer } from '../../http/start-server.ts';
import { createProject, type NewProject } from '../actions/create-project.ts';
import { runQuickActions } from '../actions/run-quick-actions.ts';
import { createDeliveries, type Delivery } from '../hooks/deliveries.ts';
import { createFaults, type Fault } from '../http/faults.ts';
import { createRequestLog, type RequestLog } from '../http/request-log.ts';
import {
  createFakeState,
  type FakeState,
  requireProject,
  requireUser,
  type SandboxProject,
  type TokenScope,
} from '../state/fake-state.ts';
import { createPerson, type Person } from './person.ts';
import { serve } from './serve.ts';

interface NewUser {
  username: string;
  name?: string;
  bot?: boolean;
  publicEmail?: string;
  isBlocked?: boolean;
  tokens?: (string | NewToken)[];
}

interface NewToken {
  value: string;
  name?: string;
  /** `api` and `write_repository` unless given. */
  scopes?: TokenScope[];
  /** `2026-01-31` */
  expiresAt?: string;
}

export interface SandboxGitLabOptions {
  users: NewUser[];
  projects: NewProject[];
  /** `/gitlab` serves everything below that path. */
  relativeUrl?: string;
  clock?: Clock;
  /** `premium` unless given. */
  tier?: FakeState['tier'];
  /** A fixed port; a free one unless given. */
  port?: number;
}

/**
 * A GitLab on this machine: the REST API cmap uses, git over HTTP on real repositories, webhooks, and faults on demand.
 */
export interface SandboxGitLab extends AsyncDisposable {
  /** What goes into `GITLAB_URL`. */
  readonly url: string;
  /** The whole state, for assertions. Change it through people. */
  readonly state: FakeState;
  readonly requests: RequestLog;
  /** The deliveries made to webhooks so far. */
  readonly deliveries: readonly Delivery[];
  project(path: string): SandboxProject;
  cloneUrl(path: string): string;
  /** A person at work by hand. */
  as(username: string): Person;
  addUser(user: NewUser): void;
  addToken(username: string, token: string | NewToken): void;
  revokeToken(value: string): void;
  addProject(project: NewProject): Promise<SandboxProject>;
  addFault(fault: Fault): void;
  /** The next `times` requests that match answer with this status. */
  failNext(fault: Omit<Extract<Fault, { kind: 'fail' }>, 'kind'>): void;
  clearFaults(): void;
  /** The text of a file on a branch; `undefined` when there is none. */
  readFile(path: string, branch: string, file: string): Promise<string | undefined>;
  /** A branch's commits, newest first. */
  log(path: string, branch: string): Promise<{ sha: string; subject: string; body: string; author: string }[]>;
  redeliver(delivery: Delivery): Promise<Delivery>;
  /** Sends every webhook delivery this often from now on. */
  duplicateDeliveries(copies: number): void;
  /** Resolves when no webhook delivery is under way. */
  settleDeliveries(): Promise<void>;
  /** From now on addresses for people lead to the same path below this one. */
  showPagesAt(url: string): void;
  /** Stops the server and removes the repositories. */
  close(): Promise<void>;
}

/** Starts it on 127.0.0.1. The caller closes it. */
export async function startSandboxGitLab(options: SandboxGitLabOptions): Promise<SandboxGitLab> {
  const { clock = systemClock, relativeUrl = '', port = 0, tier = 'premium' } = options;
  const directory = await mkdtemp(path.join(tmpdir(), 'sandbox-gitlab-'));
  const deliveries = createDeliveries();
  const faults = createFaults();
  const requests = createRequestLog();
  const state = createFakeState({
    clock,
    directory,
    tier,
    announce: (event) => deliveries.announce(state, event),
    runQuickActions: (...values) => void runQuickActions(state, ...values),
  });

  let pagesUrl: string | undefined;
  const pages = () => pagesUrl;
  const server = await startServer(
    (request, response) => serve(request, response, { state, faults, log: requests, relativeUrl, pages }),
    { port },
  );
  state.url = `${server.url}${relativeUrl}`;

  const gitlab: SandboxGitLab = {
    url: state.url,
    state,
    requests,
    deliveries: deliveries.made,
    project: (name) => requireProject(state, name),
    cloneUrl: (name) => `${state.url}/${requireProject(state, name).path}.git`,
    as: (username) => createPerson(state, username),
    addUser: (user) => addUser(state, user),
    addToken: (username, token) => addToken(state, username, token),
    revokeToken(value) {
      for (const token of state.tokens) if (token.value === value) token.revoked = true;
    },
    addProject: (project) => createProject(state, project),
    addFault: faults.add,
    failNext: (fault) => faults.add({ ...fault, kind: 'fail' }),
    clearFaults: faults.clear,
    readFile: (name, branch, file) => readFile(requireProject(state, name), branch, file),
    log: (name, branch) => readLog(requireProject(state, name), branch),
    redeliver: (delivery) => deliveries.redeliver(delivery, state),
    duplicateDeliveries: deliveries.setCopies,
    settleDeliveries: deliveries.settle,
    showPagesAt(url) {
      pagesUrl = url;
    },
    async close() {
      await deliveries.settle();
      await server.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
    [Symbol.asyncDispose]: () => gitlab.close(),
  };

  for (const user of options.users) gitlab.addUser(user);
  for (const project of options.projects) await gitlab.addProject(project);
  return gitlab;
}

function addUser(state: FakeState, { tokens = [], ...user }: NewUser): void {
  const { username } = user;
  state.users.push({ id: state.nextId(), name: username, bot: false, ...user });
  for (const token of tokens) addToken(state, username, token);
}

function addToken(state: FakeState, username: string, token: string | NewToken): void {
  const values: NewToken = typeof token === 'string' ? { value: token } : token;
  state.tokens.push({
    id: state.nextId(),
    name: 'agent',
    scopes: ['api', 'write_repository'],
    ...values,
    user: requireUser(state, username),
    revoked: false,
  });
}

async function readFile({ repository }: SandboxProject, branch: string, file: string): Promise<string | undefined> {
  const sha = repository.branches.get(branch);
  const listed = sha && (await repository.git(['ls-tree', '-z', sha, '--', `:(literal)${file}`]));
  return listed ? repository.git(['show', `${sha}:${file}`]) : undefined;
}

async function readLog({ repository }: SandboxProject, branch: string) {
  const sha = repository.branches.get(branch);
  if (!sha) return [];
  const text = await repository.git(['log', '-z', '--format=%H%x01%s%x01%b%x01%an', sha]);
  return text.split('\0').map((line) => {
    const [commit = '', subject = '', body = '', author = ''] = line.split('\x01');
    return { sha: commit, subject, body, author };
  });
}
