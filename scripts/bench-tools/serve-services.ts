import { randomBytes } from 'node:crypto';
import { startSandboxGitLab } from '../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import { startSandboxJira } from '../../sandbox/jira/sandbox-jira.ts';
import type { ServedServices, ServicesInput } from './start-services.ts';

const MEGABYTE = 1024 * 1024;
const HISTORY_COMMITS = 10;

const input = JSON.parse(process.argv[2] ?? '{}') as ServicesInput; // written by `startServices`

const gitlab = await startSandboxGitLab({
  users: [{ username: 'agent', bot: true, tokens: [input.gitlabToken] }],
  projects: [{ path: 'group/large', members: { agent: 40 }, files: listFiles() }],
});
const jira = await startSandboxJira({
  users: [{ accountId: 'agent', displayName: 'Agent', emailAddress: input.jiraEmail, apiToken: input.jiraToken }],
  projects: [{ key: 'PROJ' }],
});
await addHistory(input.repository.historyMegabytes ?? 0);
const issueKeys = Array.from({ length: input.issues }, (_, index) =>
  jira.createIssue({ project: 'PROJ', summary: `Task ${index}`, status: 'AI Ready' }),
);

const served: ServedServices = {
  gitlabUrl: gitlab.url,
  cloneUrl: gitlab.cloneUrl('group/large'),
  jiraUrl: jira.url,
  issueKeys,
};
process.send?.(served);
// Asked to end, or left alone by a benchmark that was killed.
process.once('disconnect', async () => {
  await gitlab.close();
  await jira.close();
});

function listFiles(): Record<string, string | Buffer> {
  const { files: count, binaryMegabytes = 0 } = input.repository;
  const files = Array.from({ length: count }, (_, index): [string, string] => [
    `src/part-${index % 80}/file-${index}.ts`,
    `export const value${index} = ${index};\n// ${'x'.repeat(400)}\n`.repeat(8),
  ]);
  const binary = binaryMegabytes > 0 ? { 'assets/large.bin': randomBytes(binaryMegabytes * MEGABYTE) } : {};
  return { ...Object.fromEntries(files), ...binary };
}

/** Commits with a file that nothing packs smaller, and one without it. */
async function addHistory(megabytes: number): Promise<void> {
  if (megabytes === 0) return;
  const ada = { branch: 'main', author: { name: 'Ada', email: 'ada@example.com' }, at: Date.now() };
  const { repository } = gitlab.project('group/large');
  for (let count = 1; count <= HISTORY_COMMITS + 1; count += 1) {
    const content = count > HISTORY_COMMITS ? null : randomBytes((megabytes * MEGABYTE) / HISTORY_COMMITS);
    const parent = repository.branches.get('main');
    await repository.commit({ ...ada, message: `Data ${count}`, parent, files: { 'data.bin': content } });
    await repository.refresh();
  }
}
