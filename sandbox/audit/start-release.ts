import { createAuditFetch } from '../../shared/app/create-audit-fetch.ts';
import type { EvidenceFetch } from '../../shared/domain/ports/evidence.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { type SandboxGitLab, startSandboxGitLab } from '../gitlab/server/start-sandbox-gitlab.ts';
import { type SandboxJira, startSandboxJira } from '../jira/sandbox-jira.ts';
import { fillJira } from './fill-jira.ts';
import { API, playApi } from './play-api.ts';
import { playWeb, WEB } from './play-web.ts';
import { playWorker, WORKER } from './play-worker.ts';
import { createReleaseClock, type ReleaseClock } from './release-clock.ts';

const SITE = 'https://acme.atlassian.net';
const GITLAB = 'https://gitlab.example.com';
const AUDITOR = { email: 'audit@example.com', token: 'sandbox-jira-token' };
const GITLAB_TOKEN = 'sandbox-gitlab-token';

/** A release in a sandbox GitLab and Jira: real repositories, made at fixed moments by fixed people. */
export interface Release extends AsyncDisposable {
  gitlab: SandboxGitLab;
  jira: SandboxJira;
  clock: ReleaseClock;
  /** Asks both with the audit's own clients, under addresses that are the same everywhere. */
  fetch: EvidenceFetch;
  siteUrl: string;
  close(): Promise<void>;
}

const MEMBERS = { ada: 30, bob: 30, carol: 40, cmap: 30, auditor: 20 };

/** Starts both services and plays the release. The caller closes it. */
export async function startRelease(): Promise<Release> {
  const clock = createReleaseClock('2026-11-02T08:00:00Z');
  const jira = await startSandboxJira({
    clock,
    projects: [{ key: 'SHOP' }, { key: 'PAY' }, { key: 'EDGE' }],
    users: [
      { accountId: 'ada', displayName: 'Ada Ames' },
      { accountId: 'auditor', displayName: 'Audit', emailAddress: AUDITOR.email, apiToken: AUDITOR.token },
    ],
  });
  fillJira(jira);
  const project = { members: MEMBERS, files: { 'README.md': '# A part of the shop\n' } };
  const gitlab = await startSandboxGitLab({
    clock,
    users: [
      { username: 'ada', name: 'Ada Ames' },
      { username: 'bob', name: 'Bob Berg' },
      { username: 'carol', name: 'Carol Chen' },
      { username: 'cmap', name: 'cmap', bot: true },
      { username: 'auditor', name: 'Audit', bot: true, tokens: [{ value: GITLAB_TOKEN, scopes: ['read_api'] }] },
    ],
    projects: [
      { ...project, path: WEB },
      { ...project, path: API, mergeMethod: 'ff', squash: true },
      { ...project, path: WORKER, mergeMethod: 'ff' },
    ],
  });
  const parts = { gitlab, clock };
  clock.set('2026-11-09T08:00:00Z');
  await playWeb(parts);
  clock.set('2026-11-11T08:00:00Z');
  await playApi(parts);
  clock.set('2026-11-13T08:00:00Z');
  await playWorker(parts);
  clock.set('2026-11-24T09:00:00Z');
  const release: Release = {
    gitlab,
    jira,
    clock,
    fetch: createFetch(gitlab, jira, clock),
    siteUrl: SITE,
    async close() {
      await gitlab.close();
      await jira.close();
    },
    [Symbol.asyncDispose]: () => release.close(),
  };
  return release;
}

function createFetch(gitlab: SandboxGitLab, jira: SandboxJira, clock: ReleaseClock): EvidenceFetch {
  const fetch = createAuditFetch({
    gitlabUrl: gitlab.url,
    credentials: { get: async () => new Secret(GITLAB_TOKEN) },
    jira: { url: jira.url, siteUrl: SITE },
    jiraCredential: { kind: 'token', email: AUDITOR.email, apiToken: new Secret(AUDITOR.token) },
    clock,
    log: silentLog,
  });
  const rename = (text: string) => text.replaceAll(gitlab.url, GITLAB).replaceAll(jira.url, SITE);
  return async (request, signal) => {
    const answer = await fetch(request, signal);
    return { ...answer, url: rename(answer.url), text: rename(answer.text) };
  };
}
