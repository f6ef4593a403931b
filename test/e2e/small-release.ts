import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beginFile } from '../../cli/io/file-draft.ts';
import { runProgram } from '../../cli/program.ts';
import { makeChange } from '../../sandbox/audit/make-change.ts';
import { createReleaseClock, type ReleaseClock } from '../../sandbox/audit/release-clock.ts';
import { type SandboxGitLab, startSandboxGitLab } from '../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import { type SandboxJira, startSandboxJira } from '../../sandbox/jira/sandbox-jira.ts';
import { createMemoryIO } from '../doubles/memory-io.ts';

export const APP = 'shop/app';
export const RELEASE = '2.4.0';
const GITLAB_TOKEN = 'sandbox-gitlab-token';
const JIRA_TOKEN = 'sandbox-jira-token';

/** A release of one repository that needs each kind of fix once, and one that cannot be made. */
export interface SmallRelease {
  gitlab: SandboxGitLab;
  jira: SandboxJira;
  clock: ReleaseClock;
  /** Runs a command line against both, with its files below `folder`. */
  run(
    argv: string[],
    answers?: boolean[],
  ): Promise<{ code: number; stdout: string; stderr: string; questions: string[] }>;
  close(): Promise<void>;
}

/** Starts both services and plays the release; the caller closes it. */
export async function startSmallRelease(folder: string): Promise<SmallRelease> {
  const clock = createReleaseClock('2026-11-02T08:00:00Z');
  const jira = await startSandboxJira({
    clock,
    projects: [{ key: 'SHOP' }, { key: 'PAY' }],
    users: [
      { accountId: 'ada', displayName: 'Ada Ames' },
      { accountId: 'cmap', displayName: 'cmap', emailAddress: 'cmap@example.com', apiToken: JIRA_TOKEN },
    ],
  });
  fillJira(jira);
  const gitlab = await startSandboxGitLab({
    clock,
    users: [
      { username: 'ada', name: 'Ada Ames' },
      { username: 'bob', name: 'Bob Berg' },
      { username: 'carol', name: 'Carol Chen' },
      { username: 'cmap', name: 'cmap', bot: true, tokens: [GITLAB_TOKEN] },
    ],
    projects: [
      {
        path: APP,
        members: { ada: 30, bob: 30, carol: 40, cmap: 30 },
        mergeMethod: 'ff',
        squash: true,
        files: { 'README.md': '# Shop\n' },
      },
    ],
  });
  clock.set('2026-11-09T08:00:00Z');
  await playRelease({ gitlab, clock });
  clock.set('2026-11-24T09:00:00Z');
  return {
    gitlab,
    jira,
    clock,
    async run(argv, answers) {
      const io = createMemoryIO({
        clock,
        cwd: folder,
        isInteractive: answers !== undefined,
        answers: answers ?? [],
        env: environmentOf(gitlab, jira),
        interruption: () => new AbortController().signal,
      });
      const disk = {
        readFile: (file: string) => readFile(path.resolve(folder, file)),
        async writeFile(file: string, content: string | Uint8Array) {
          await mkdir(path.dirname(path.resolve(folder, file)), { recursive: true });
          await writeFile(path.resolve(folder, file), content);
        },
        beginFile: (file: string) => beginFile(path.resolve(folder, file), process),
      };
      const code = await runProgram(argv, Object.assign(io, disk));
      return { code, stdout: io.stdout, stderr: io.stderr, questions: io.questions };
    },
    async close() {
      await gitlab.close();
      await jira.close();
    },
  };
}

function environmentOf(gitlab: SandboxGitLab, jira: SandboxJira): Record<string, string> {
  return {
    GITLAB_URL: gitlab.url,
    GITLAB_TOKEN,
    JIRA_URL: jira.url,
    JIRA_EMAIL: 'cmap@example.com',
    JIRA_API_TOKEN: JIRA_TOKEN,
    JIRA_PROJECT_MAP: JSON.stringify({ mappings: { SHOP: { repo: APP }, PAY: { repo: APP } } }),
  };
}

function fillJira(jira: SandboxJira): void {
  jira.addVersion('SHOP', RELEASE);
  const story = (summary: string, status: string, fixVersions = [RELEASE]) =>
    jira.createIssue({ project: 'SHOP', summary, type: 'Story', status, fixVersions });
  story('Show prices with tax', 'Done'); // SHOP-1
  story('Round VAT per line', 'Done', []); // SHOP-2 is not in the version
  story('Export invoices as CSV', 'To Do'); // SHOP-3 has its code in a merge request without a key
  story('Print receipts', 'To Do'); // SHOP-4 has no code
  // PAY has no version.
  jira.createIssue({ project: 'PAY', summary: 'Refund by instalments', type: 'Story', status: 'Done' });
}

async function playRelease(parts: { gitlab: SandboxGitLab; clock: ReleaseClock }): Promise<void> {
  const { gitlab } = parts;
  await gitlab.as('carol').tag(APP, 'v2.3.0', 'main');
  const change = (branch: string, title: string) => makeChange(parts, { path: APP, branch, title });
  await change('prices', 'SHOP-1: Show prices with tax');
  await change('vat', 'SHOP-2: Round VAT per line');
  await change('invoices', 'Export the invoices (CSV)');
  await change('tidy', 'Tidy up the build, closes #4 @all');
  await change('refunds', 'PAY-1: Refund by instalments');
  await gitlab.as('carol').push(APP, { branch: 'main', files: { 'limits.json': '{}\n' }, message: 'Raise the limits' });
}
