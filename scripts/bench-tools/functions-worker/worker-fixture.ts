import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TableClient, type TableEntity } from '@azure/data-tables';
import { QueueClient } from '@azure/storage-queue';

import { startSandboxGitLab } from '../../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import { startAzurite } from '../../../sandbox/storage/azurite.ts';
import { renderMapping } from '../../../shared/domain/mapping/render-mapping.ts';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import { aMergeRequestHook } from '../../../test/builders/gitlab.ts';
import { layOutFunctions, layOutSample, type SampleName } from './lay-out-apps.ts';
import { type FunctionsWorker, startWorker } from './start-worker.ts';

/** Apps in real workers, over one storage emulator and one GitLab. */
export interface WorkerFixture {
  startFunctions(env?: Record<string, string>): Promise<FunctionsWorker>;
  startSample(name: SampleName, env?: Record<string, string>): Promise<FunctionsWorker>;
  /** A delivery about one merge request, with a head that is new each time. @throws {Error} unless it is admitted. */
  deliver(worker: FunctionsWorker): Promise<void>;
  stop(): Promise<void>;
}

const TOKEN = 'glpat-token-of-the-bench';
const SECRET = 'webhook-secret-of-the-bench';

/** Starts what the apps need, and has the functions at work once, so that what an account lacks at first is there. */
export async function startWorkerFixture(worker: string): Promise<WorkerFixture> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-bench-'));
  const gitlab = await startSandboxGitLab({
    users: [{ username: 'ada' }, { username: 'cmap', bot: true, tokens: [TOKEN] }],
    projects: [{ path: 'group/app', members: { ada: 40, cmap: 30 }, files: { 'README.md': '# App\n' } }],
  });
  const azurite = await startAzurite();
  const { connectionString } = azurite;
  const deliver = createDeliver(gitlab.project('group/app').id);
  const app = await layOutFunctions(folder);
  const samples = { answer: await layOutSample(folder, 'answer'), store: await layOutSample(folder, 'store') };
  const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app', review: { enabled: true } });
  const settings = {
    AzureWebJobsStorage: connectionString,
    GITLAB_URL: gitlab.url,
    GITLAB_TOKEN: TOKEN,
    GITLAB_WEBHOOK_SECRET: SECRET,
    JIRA_URL: 'https://example.atlassian.net',
    JIRA_EMAIL: 'agent@example.com',
    JIRA_API_TOKEN: 'jira-token-of-the-bench',
    JIRA_WEBHOOK_SECRET: 'webhook-secret-of-the-bench',
    JIRA_PROJECT_MAP: JSON.stringify(renderMapping([binding])),
  };
  const startFunctions = (env: Record<string, string> = {}) =>
    startWorker({ worker, app, env: { ...settings, ...env } });

  const first = await startFunctions();
  await first.invoke({ name: 'health', method: 'GET' });
  await deliver(first);
  await first.stop();
  const pattern = await readPattern(connectionString);
  return {
    startFunctions,
    startSample: (name, env = {}) =>
      startWorker({ worker, app: samples[name], env: { AzureWebJobsStorage: connectionString, ...pattern, ...env } }),
    deliver,
    async stop() {
      await azurite.stop();
      await gitlab.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function createDeliver(projectId: number) {
  let count = 0;
  return async (worker: FunctionsWorker) => {
    count += 1;
    const head = count.toString(16).padStart(40, '0');
    const project = { id: projectId, name: 'App', path_with_namespace: 'group/app', default_branch: 'main' };
    const change = {
      target_project_id: projectId,
      source_project_id: projectId,
      action: 'update',
      oldrev: 'f'.repeat(40),
      last_commit: { id: head, message: 'Add a greeting' },
    };
    const body = Buffer.from(JSON.stringify(aMergeRequestHook(change, { project })));
    // More senders than one: what each may send in a second is limited.
    const sender = `203.0.113.${count % 250}`;
    const { status, text } = await worker.invoke({
      name: 'gitlab-webhook',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': `${body.length}`,
        'x-gitlab-token': SECRET,
        'x-gitlab-event': 'Merge Request Hook',
        'webhook-id': `bench-${count}`,
        'x-forwarded-for': sender,
      },
      body,
    });
    if (status !== '202') throw new Error(`The webhook answered ${status} ${text}`);
  };
}

/** What the first delivery left in storage. */
async function readPattern(connectionString: string): Promise<{ SAMPLE_ROWS: string; SAMPLE_MESSAGE: string }> {
  const table = TableClient.fromConnectionString(connectionString, 'runs', { allowInsecureConnection: true });
  const rows: TableEntity[] = [];
  for await (const { etag: _, timestamp: __, ...entity } of table.listEntities<TableEntity>()) rows.push(entity);
  const { peekedMessageItems } = await new QueueClient(connectionString, 'tasks').peekMessages();
  const text = peekedMessageItems[0]?.messageText ?? '';
  if (rows.length < 4 || text === '') throw new Error('The first delivery left nothing to copy');
  return { SAMPLE_ROWS: JSON.stringify(rows), SAMPLE_MESSAGE: text };
}
