import { beforeEach, describe, expect, it } from 'vitest';
import { type RefusedWork, toRefusedFields } from '../../../../shared/domain/runs/refused-work.ts';
import { SECOND } from '../../../../shared/kernel/clock.ts';
import { TaskError } from '../../../../shared/kernel/errors.ts';
import { Secret } from '../../../../shared/kernel/secret.ts';
import { DONE_RUN, FAILED_RUN, RUNNING_RUN, storeOrdinaryRuns, storeRun } from '../../../../test/builders/board.ts';
import { aCodingTask } from '../../../../test/builders/tasks.ts';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../../test/doubles/memory-tools.ts';
import { createSteppedClock } from '../../../../test/doubles/stepped-clock.ts';
import { createBoard } from '../read/board.ts';
import { createBoardApp } from './create-board-app.ts';
import type { BoardExtension } from './extension.ts';

const OWN = 'http://127.0.0.1:8700';
const HEADERS = { host: '127.0.0.1:8700', cookie: 'cmap-board-8700=right', origin: OWN };
const clock = createSteppedClock();
let storage: MemoryStorage;
let app: ReturnType<typeof createBoardApp>;
let boardClock: ReturnType<typeof createManualClock>;
let ended: AbortController;

beforeEach(async () => {
  clock.time = Date.UTC(2026, 0, 31, 10);
  storage = createMemoryStorage({ clock });
  await storeOrdinaryRuns(storage, clock);
  boardClock = createManualClock(clock.time);
  ended = new AbortController();
  const tools = createMemoryTools({ storage, mappings: { PROJ: { repo: 'group/app' } } });
  const env = { JIRA_URL: 'https://example.atlassian.net/', GITLAB_URL: 'https://gitlab.example.com' };
  await storage.projects.put('https://gitlab.example.com|default|group/app', {
    projectId: 7,
    cloneUrl: 'https://gitlab.example.com/group/app.git',
    webUrl: 'https://gitlab.example.com/group/app',
    resolvedAt: 0,
  });
  const board = createBoard({ tools, env, clock: boardClock });
  app = createBoardApp({ board, token: new Secret('right'), port: 8700, ended: ended.signal });
});

const ask = async (path: string, method = 'GET') =>
  app.fetch(new Request(`${OWN}${path}`, { method, headers: HEADERS }));
const read = async (path: string) => (await ask(path)).text();

describe('the list', () => {
  it('names tickets and merge requests, and links them where the settings say where they are', async () => {
    const html = await read('/runs');

    expect(html).toContain('<a href="https://example.atlassian.net/browse/PROJ-12"');
    expect(html).toContain(`<a href="/runs/${FAILED_RUN}">coding PROJ-12</a>`);
    expect(html).toContain('review group/app!3');
    expect(html).toContain('<a href="https://gitlab.example.com/group/app/-/merge_requests/3"');
    expect(html).toContain('commit messages need a ticket &lt;PROJ-n&gt;.');
  });

  it('is small: a full page with its style and its script is under 150 kB', async () => {
    for (let count = 0; count < 60; count += 1) {
      const runId = `run-${String(count).padStart(12, '0')}`;
      await storeRun(storage, clock, { runId, task: aCodingTask({ id: runId, issueKey: `PROJ-${count}` }) });
    }
    const pages = await Promise.all(['/runs', '/board.js', '/board.css'].map(read));
    expect(pages[0]?.match(/<tr/g)?.length).toBeGreaterThan(50);
    expect(Buffer.byteLength(pages.join(''))).toBeLessThan(150_000);
  });

  it('keeps the filters in the form, and says which word is wrong', async () => {
    const html = await read('/runs?state=failed&text=%22%3Ctag%3E&first=failed');
    expect(html).toContain('<option value="failed" selected>');
    expect(html).toContain('value="&quot;&lt;tag&gt;"');
    expect(html).toContain('value="failed" checked');

    const wrong = await ask('/runs?text=is:odd');
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('is:odd is not understood; write one of');
  });

  describe('before anything was read', () => {
    const open = (storageOf: () => Promise<MemoryStorage>, extension?: BoardExtension) => {
      const tools = {
        ...createMemoryTools({ storage, mappings: { PROJ: { repo: 'group/app' } } }),
        storage: storageOf,
      };
      const board = createBoard({ tools, env: {}, clock: boardClock });
      const token = new Secret('right');
      const slow = createBoardApp({ board, token, port: 8700, ended: ended.signal, extension });
      return slow.fetch(new Request(`${OWN}/runs`, { headers: HEADERS }));
    };
    const readPieces = (answer: Response) =>
      (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    const readRest = async (reader: ReturnType<typeof readPieces>) => {
      let text = '';
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += piece.value;
      return text;
    };

    it.each([undefined, { menu: [{ address: '/jira', name: 'Jira' }], addRoutes: () => {} }])(
      'shows the page around the list, with the menu of %j',
      async (extension) => {
        let give = (_: MemoryStorage) => {};
        const later = new Promise<MemoryStorage>((resolve) => {
          give = resolve;
        });
        const answer = await open(() => later, extension);
        const reader = readPieces(answer);
        const first = (await reader.read()).value ?? '';

        expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
        expect(first).toContain('<link rel="stylesheet" href="/board.css">');
        expect(first).toContain('<h1>Runs</h1>');
        expect(first.includes('<a href="/jira">Jira</a>')).toBe(extension !== undefined);
        expect(first).not.toContain('<table');
        give(storage);
        const rest = await readRest(reader);
        expect(rest).toContain(`<a href="/runs/${FAILED_RUN}">coding PROJ-12</a>`);
        expect(rest.trimEnd()).toMatch(/<\/html>$/);
      },
    );

    it('says in its place why the list cannot be shown', async () => {
      const text = await (await open(() => Promise.reject(new TaskError('storage-unavailable')))).text();
      expect(text).toContain('<h1>Runs</h1>');
      expect(text).toMatch(/<div class="panel bad" role="alert"><p>.* Check AzureWebJobsStorage/);
      expect(text.trimEnd()).toMatch(/<\/html>$/);
    });
  });

  it('sends what changes as it happens', async () => {
    const answer = await ask('/runs/live?state=failed');
    const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader.read();
    expect(first.value).toContain('event: runs');
    expect(first.value).toContain(FAILED_RUN);

    await boardClock.advance(3 * SECOND);
    clock.time = boardClock.now();
    await storage.ledger.update(await storage.ledger.get(RUNNING_RUN), { state: 'failed', code: 'agent-timed-out' });
    await boardClock.advance(3 * SECOND);
    let text = '';
    while (!text.includes(RUNNING_RUN)) text += (await reader.read()).value;
    expect(text).toContain('event: runs');
    ended.abort();
    await reader.cancel();
  });
});

describe('a run', () => {
  it('shows stages with durations, cost, failure with the next step, and the transcript', async () => {
    const html = await read(`/runs/${FAILED_RUN}`);

    expect(html).toContain('PROJ-12 failed: GitLab refused the push');
    expect(html).toContain('<b>Next:</b> Allow the agent to push to its branches');
    expect(html).toMatch(/agent-finished<\/th><td class="number">3 min/);
    expect(html).toContain('191,460 tokens in 14 calls: 182,340 in, 9,120 out');
    expect(html).toContain('Asked for by</dt><dd>Ada Lovelace (jira)');
    expect(html).toContain('<b>Tool</b> bash <span class="soft">node --test</span>');
    expect(html).toContain('&lt;script&gt;window.attacked');
    expect(html).not.toContain('<script>window');
  });

  it('has a page for each whole session of its agent', async () => {
    const html = await read(`/runs/${FAILED_RUN}/transcripts/1`);

    expect(html).toContain('You work in a repository.');
    expect(html).toContain('<b class="bad">Failed</b>');
    expect((await ask(`/runs/${FAILED_RUN}/transcripts/2`)).status).toBe(404);
  });

  it('shows the merge request and what was made', async () => {
    const html = await read(`/runs/${DONE_RUN}`);

    expect(html).toContain('<a href="https://gitlab.example.com/group/app/-/merge_requests/8"');
    expect(html).toContain('Greets people by name, and keeps the old greeting.');
    expect(html).toContain('>checks 3, files 2<');
    expect(html).toContain('<dt>Changed files</dt><dd>2: src/greet.ts, test/greet.test.ts</dd>');
    expect(html).not.toContain('Retry…');
  });

  it('is found by its ticket too, and says when there is none', async () => {
    const found = await ask('/runs/PROJ-12');
    expect([found.status, found.headers.get('location')]).toEqual([303, `/runs/${FAILED_RUN}`]);
    expect((await ask('/runs/run-ffffffffffff')).status).toBe(404);
    expect((await ask('/runs/odd%20words')).status).toBe(400);
  });

  it('lists the other runs of its ticket', async () => {
    await storeRun(storage, clock, { runId: 'run-abcdef', task: aCodingTask({ issueKey: 'PROJ-12', id: 'again' }) });

    expect(await read(`/runs/${FAILED_RUN}`)).toContain('<a href="/runs/run-abcdef">coding PROJ-12</a>');
  });
});

describe('retry and cancel', () => {
  it('ask first, and change nothing by a GET', async () => {
    expect(await read(`/runs/${FAILED_RUN}/retry`)).toContain('Do coding PROJ-12 again?');
    expect(await read(`/runs/${RUNNING_RUN}/cancel`)).toContain('Cancel coding PROJ-14?');
    expect(await storage.ledger.get(RUNNING_RUN)).toMatchObject({ state: 'running' });
    expect((await storage.queue.getDepth()).count).toBe(0);
  });

  it('does a failed run again, once', async () => {
    const first = await ask(`/runs/${FAILED_RUN}/retry`, 'POST');
    const location = first.headers.get('location') ?? '';
    expect(first.status).toBe(303);
    expect(location).toMatch(/^\/runs\/run-[0-9a-f]+\?did=retried$/);
    expect(await read(location)).toContain('The task is on the queue again, as this run.');

    const second = await ask(`/runs/${FAILED_RUN}/retry`, 'POST');
    expect(second.headers.get('location')).toBe(location.replace('retried', 'again'));
    expect((await storage.queue.getDepth()).count).toBe(1);
  });

  it('ends a run for good', async () => {
    const answer = await ask(`/runs/${RUNNING_RUN}/cancel`, 'POST');

    expect(answer.headers.get('location')).toBe(`/runs/${RUNNING_RUN}?did=cancelled`);
    expect(await storage.ledger.get(RUNNING_RUN)).toMatchObject({ state: 'cancelled', notified: true });
  });

  it.each([
    [`/runs/${DONE_RUN}/retry`, `${DONE_RUN} is done; comment on its ticket`],
    [`/runs/${RUNNING_RUN}/retry`, `${RUNNING_RUN} is running and goes on by itself`],
    [`/runs/${DONE_RUN}/cancel`, `has ended already`],
  ])('refuse what the commands refuse: %s', async (path, sentence) => {
    for (const method of ['GET', 'POST']) {
      const answer = await ask(path, method);
      expect(answer.status).toBe(409);
      expect(await answer.text()).toContain(sentence);
    }
  });
});

describe('a run in shadow', () => {
  const runId = 'run-0badcafe';
  const PATCH = 'diff --git a/x b/x\n+<script>window.attacked = 1</script>\n';

  beforeEach(async () => {
    const result = { what: 'shadow-change', summary: 'Greets.' };
    const changes = [{ state: 'queued' }, { state: 'running', attempt: 1 }, { state: 'done', result }] as const;
    await storeRun(storage, clock, { runId, task: aCodingTask({ id: runId }), changes: [...changes] });
  });

  it('shows what it made, its patch, and what people said', async () => {
    const folder = `transcripts/${runId}/`;
    await storage.artefacts.create(`${folder}1-2.patch`, PATCH);
    const patch = { path: `${folder}1-2.patch`, name: 'cmap-run-0badcafe.patch', remarks: [] };
    const kept = { version: 1, markdown: 'Tried <b>this</b>.', result: { what: 'shadow-change' }, patch };
    await storage.artefacts.create(`${folder}1-2.shadow.json`, JSON.stringify(kept));
    await storage.artefacts.create(`${folder}1-1.jsonl`, '{"at":"","type":"message","text":"hi"}\n');
    const fields = { answer: 'yes', by: 'Ada <i>', account: 'ada', comment: '1', saidAt: clock.time };
    await storage.ledger.append({ runId, at: clock.time, name: 'rated', fields });

    const html = await read(`/runs/${runId}`);
    expect(html).toContain('Tried &lt;b&gt;this&lt;/b&gt;.');
    expect(html).toContain('Patch: 2 lines');
    expect(html).toContain('<b>yes</b>: Ada &lt;i&gt;');
    expect(html).toContain('Session 1: 1 entries');
    expect(html).not.toContain('<script>window.attacked');
    const file = await ask(`/runs/${runId}/patch`);
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="cmap-run-0badcafe.patch"');
    expect(file.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await file.text()).toBe(PATCH);
  });

  it('says so where nothing of it is kept', async () => {
    expect(await read(`/runs/${runId}`)).toContain('It is kept no longer');
    expect((await ask(`/runs/${runId}/patch`)).status).toBe(404);
    expect((await ask(`/runs/${DONE_RUN}/patch`)).status).toBe(404);
  });
});

describe('a run whose work was refused', () => {
  const runId = 'run-0ef05ed0';
  const PATCH = 'diff --git a/x b/x\n+<script>window.attacked = 1</script>\n';
  const files = [
    { path: '.gitlab-ci.yml', rule: 'protected-path' },
    { path: '<b>key</b>', rule: 'secret', never: true as const },
  ];

  async function refuse(kept: RefusedWork['kept'], facts = {}) {
    const failed = { state: 'failed', code: 'change-refused', detail: 'Refused.', facts } as const;
    const changes = [{ state: 'queued' }, { state: 'running', attempt: 1 }, failed] as const;
    await storeRun(storage, clock, { runId, task: aCodingTask({ id: runId }), changes: [...changes] });
    const fields = toRefusedFields({ files, more: 2, kept });
    await storage.ledger.append({ runId, at: clock.time, name: 'refused', fields });
  }

  it('shows each file with its rule, and the patch that the ticket has', async () => {
    await refuse({ kind: 'patch', name: `cmap-${runId}.patch` });
    await storage.artefacts.create(`transcripts/${runId}/1-2.patch`, PATCH);
    const html = await read(`/runs/${runId}`);
    expect(html).toContain(`Kept as the patch <code>cmap-${runId}.patch</code> on`);
    expect(html).toContain('<code>.gitlab-ci.yml</code>: protected-path</li>');
    expect(html).toContain('<code>&lt;b&gt;key&lt;/b&gt;</code>: secret, no person lets it pass</li>');
    expect(html).toContain('and 2 more files');
    expect(html).toContain('Patch: 2 lines');
    expect(html).not.toContain('<script>window.attacked');
    const file = await ask(`/runs/${runId}/patch`);
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="cmap-${runId}.patch"`);
    expect(await file.text()).toBe(PATCH);
  });

  it('links the branch that keeps it', async () => {
    const name = 'agent/PROJ-12--refused';
    const sha = 'b'.repeat(40);
    await refuse({ kind: 'branch', branch: name, sha }, { keptBranch: { projectId: 7, name, sha } });
    const html = await read(`/runs/${runId}`);
    expect(html).toContain(`<a href="https://gitlab.example.com/group/app/-/tree/${name}"`);
    expect(html).toContain('commit <code>bbbbbbbb</code>');
    expect((await ask(`/runs/${runId}/patch`)).status).toBe(404);
  });

  it('says where it is kept nowhere, and shows nothing of it for other runs', async () => {
    await refuse({ kind: 'nowhere' });
    expect(await read(`/runs/${runId}`)).toContain('It is kept nowhere.');
    expect(await read(`/runs/${FAILED_RUN}`)).not.toContain('Refused work');
  });
});
