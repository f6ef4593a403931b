import { beforeEach, describe, expect, it, vi } from 'vitest';
import { formatPoisonMessage } from '../../../../shared/adapters/storage/queues/wire-format.ts';
import type { BudgetLimits } from '../../../../shared/domain/ports/budgets.ts';
import type { RunFacts } from '../../../../shared/domain/runs/run.ts';
import { Secret } from '../../../../shared/kernel/secret.ts';
import { anAuditReport } from '../../../../test/builders/audit-report.ts';
import { aBinding, aReviewBinding } from '../../../../test/builders/bindings.ts';
import {
  anAuditArchive,
  FAILED_RUN,
  RUNNING_RUN,
  storeOrdinaryRuns,
  storeOrdinaryState,
  storeRun,
} from '../../../../test/builders/board.ts';
import { aCodingTask } from '../../../../test/builders/tasks.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../../test/doubles/memory-tools.ts';
import { createSteppedClock } from '../../../../test/doubles/stepped-clock.ts';
import { UsageError } from '../../../arguments/usage-error.ts';
import type { Tools } from '../../../clients/tools.ts';
import { createBoard } from '../read/board.ts';
import { createBoardApp } from './create-board-app.ts';

const clock = createSteppedClock();
let storage: MemoryStorage;
let tools: Tools;

const app = () => {
  const env = { GITLAB_URL: 'https://gitlab.example.com' };
  const board = createBoard({ tools, env, clock });
  return createBoardApp({ board, token: new Secret('right'), port: 8700, ended: new AbortController().signal });
};
const ask = async (path: string) => {
  const headers = { host: '127.0.0.1:8700', cookie: 'cmap-board-8700=right' };
  return app().fetch(new Request(`http://127.0.0.1:8700${path}`, { headers }));
};
const read = async (path: string) => (await ask(path)).text();

beforeEach(async () => {
  clock.time = Date.UTC(2026, 0, 31, 10);
  storage = createMemoryStorage({ clock });
  await storeOrdinaryRuns(storage, clock);
  await storeOrdinaryState(storage, clock);
  const mappings = { PROJ: { repo: 'group/app' }, OPS: { repo: 'platform/status' } };
  const found = {
    id: 7,
    path: 'group/app',
    cloneUrl: 'https://gitlab.example.com/group/app.git',
    webUrl: 'https://gitlab.example.com/group/app',
    emptyRepository: false,
    archived: false,
  };
  tools = {
    ...createMemoryTools({
      storage,
      mappings,
      jira: { findIssue: async () => undefined },
      gitlab: { findProject: async (path) => (path === 'group/app' ? found : undefined) },
    }),
    archive: async () => anAuditArchive(anAuditReport().summary, clock.time),
  };
});

it('shows what was given up, what waits and who works on what', async () => {
  const html = await read('/queue');

  expect(html).toContain('1 on the queue');
  expect(html).toContain('1 poisoned');
  expect(html).toContain('<a href="/runs?state=parked">1 parked run</a>');
  expect(html).toContain(`<a href="/runs/${FAILED_RUN}">coding PROJ-12</a>`);
  expect(html).toContain('GitLab refused the push');
  expect(html).toMatch(new RegExp(`PROJ-14.*<a href="/runs/${RUNNING_RUN}">`, 's'));
});

it('lists failed runs and messages without a task among what was given up, each with what is right for it', async () => {
  const failed = await storage.ledger.create({
    runId: 'run-f1',
    dedupKey: 'f1',
    task: aCodingTask({ id: 'f1', issueKey: 'PROJ-99', scope: 'issue~PROJ-99' }),
  });
  if (failed) await storage.ledger.update(failed, { state: 'failed', code: 'validate-failed', notified: true });
  await storage.parts.poison.send(formatPoisonMessage({ reason: 'message-unreadable', attempt: 5, body: 'hello' }));
  const html = await read('/queue');

  expect(html).toContain('<a href="/runs/run-f1">coding PROJ-99</a>');
  expect(html).toContain('<a href="/runs/run-f1/retry">Do it again</a>');
  expect(html).toMatch(/<code>cmap queue drop message-\d+ --yes<\/code>/);
});

it('counts what waits for the runners of each image, where there are several', async () => {
  expect(await read('/queue')).not.toContain('By image');
  const withImages = createMemoryStorage({ clock, images: ['python'] });
  await withImages.queue.enqueue(aCodingTask({ image: 'python' }), { runId: 'run-1' });
  tools = { ...tools, storage: async () => withImages };
  expect(await read('/queue')).toContain('By image: default 0, python 1.');
});

describe('bindings', () => {
  it.each([
    { names: [], shown: 'image-unknown: The binding names the image rust' },
    { names: ['rust'], shown: '<a href="https://gitlab.example.com/group/app"' },
  ])('are quarantined where none of the images $names is theirs', async ({ names, shown }) => {
    const named = (await tools.bindings()).map((binding) => ({ ...binding, image: 'rust' }));
    tools = { ...tools, bindings: async () => named, runnerImages: () => ({ names }) };
    expect(await read('/bindings')).toContain(shown);
  });

  it('say which repository is quarantined and why, and how pollers are doing', async () => {
    const html = await read('/bindings');

    expect(html).toContain('<a href="https://gitlab.example.com/group/app"');
    expect(html).toContain('quarantined</span><span class="note">not-found: ');
    expect(html).toContain('Not looked at: group/old.');
    expect(await storage.projects.find('https://gitlab.example.com|default|group/app')).toBeUndefined();
  });

  it('have their mode, models, MCP servers and budgets, and one without a Jira project says so', async () => {
    const source = {
      mode: 'shadow',
      model: { review: 'small' },
      mcp_servers: { wiki: { command: 'wiki-mcp' } },
    } as const;
    const bindings = [aBinding({ ...source, budget: { runs_per_day: 5 } }), aReviewBinding({ repo: 'group/docs' })];
    tools = { ...tools, bindings: async () => bindings };
    const html = await read('/bindings');
    for (const shown of ['shadow', 'review small', 'wiki', '5 runs a day', 'reviews and answers only'])
      expect(html).toContain(shown);
    expect(html).toContain('<a href="/runs?binding=group%2Fdocs">group/docs</a>');
  });

  it('are shown without GitLab too', async () => {
    const refuse = () => {
      throw new UsageError('GITLAB_URL is missing.');
    };
    tools = { ...tools, gitlab: refuse };
    const html = await read('/bindings');

    expect(html).toContain('GitLab was not asked: GITLAB_URL is missing.');
    expect(html).toContain('not asked</span>');
  });
});

describe('skips', () => {
  it('say why nothing happened about a ticket', async () => {
    const html = await read('/skips?about=PROJ-20');

    expect(html).toContain('PROJ-20 is not in its trigger');
    expect(html).toContain('Move it to the trigger status of its binding');
  });

  it('list projects that were skipped as a whole, and refuse what is no ticket', async () => {
    expect(await read('/skips')).toContain('is in a project Jira does not let cmap search');
    const wrong = await ask('/skips?about=two%20words');
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('is neither an issue (PROJ-12)');
  });
});

describe('cost', () => {
  it('has money where prices are known, by the dearest, and says where some is missing', async () => {
    const usage = { modelCalls: 1, inputTokens: 1, outputTokens: 1 };
    const add = (jiraProject: string, facts: RunFacts) =>
      storeRun(storage, clock, {
        runId: `run-${jiraProject}-${facts.cost?.amount}`,
        task: aCodingTask({ jiraProject, issueKey: `${jiraProject}-1`, id: `${jiraProject}-${facts.cost?.amount}` }),
        changes: [
          { state: 'running', attempt: 1 },
          { state: 'done', facts },
        ],
      });
    clock.time = Date.UTC(2026, 1, 10);
    await add('PROJ', { usage, model: 'gpt-x', cost: { amount: 1.5, currency: 'USD' } });
    await add('PROJ', { usage, model: 'gpt-x', cost: { amount: 2, currency: 'USD' } });
    clock.time = Date.UTC(2026, 1, 11);
    await add('OPS', { usage, cost: { amount: 7, currency: 'USD' } });
    await add('OPS', { usage });
    const html = await read('/cost?month=2026-02');
    const rows = [...html.matchAll(/<tr role="row">(.*?)<\/tr>/gs)].map(([row]) =>
      row
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );
    expect(rows.map((row) => row.split(' ').slice(0, 4).join(' '))).toEqual([
      'Binding Cost Tokens Runs',
      'OPS over 7.00 USD',
      'PROJ 3.50 USD 4',
      'all over 10.50 USD',
      ...['Model Cost Tokens Runs', 'none named over 7.00', 'gpt-x 3.50 USD 4', 'all over 10.50 USD'],
      ...['Day Cost Tokens Runs', '2026-02-11 over 7.00 USD', '2026-02-10 3.50 USD 4', 'all over 10.50 USD'],
    ]);
  });

  it('adds up tokens by binding in a month', async () => {
    await storage.projects.put('https://gitlab.example.com|default|group/app', {
      projectId: 7,
      cloneUrl: '',
      webUrl: 'https://gitlab.example.com/group/app',
      resolvedAt: 0,
    });
    const html = await read('/cost?month=2026-01');

    expect(html).toContain('Cost of 2026-01');
    expect(html).toMatch(/>PROJ<.*?574,380<.*?>6</);
    expect(html).toMatch(/>OPS<.*?>–</);
    expect(html).toMatch(/>all<.*?574,380</);
  });

  it('shows a month without runs, and the one of now for a month that is none', async () => {
    const empty = await read('/cost?month=2025-12');
    expect(empty).toContain('No run was created in this month');
    expect(empty).toContain('The setting <code>MODEL_PRICES</code> adds money.');
    expect(await read('/cost?month=2025-13')).toContain('Cost of 2026-01');
  });
});

describe('budgets of today', () => {
  const noon = Date.UTC(2026, 0, 31, 12);
  const withBudgets = (mappings: Record<string, object>) => {
    clock.time = noon;
    tools = createMemoryTools({ storage, mappings });
  };
  const begin = async (bindingKey: string, runId: string, limits: BudgetLimits, usedTokens?: number) => {
    const entry = { bindingKey, day: '2026-01-31', runId };
    await storage.budgets.start(entry, limits);
    if (usedTokens !== undefined) await storage.budgets.end(entry, usedTokens);
  };
  const rowsOf = (html: string) =>
    [...(html.split('id="budgets"')[1]?.split('</table>')[0] ?? '').matchAll(/<tr role="row">(.*?)<\/tr>/gs)].map(
      ([row]) =>
        row
          .replace(/<meter[^>]*>[^<]*<\/meter>/g, '')
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim(),
    );

  it('say what is used, promised and left, and what the next run would do', async () => {
    const maxTokens = 300_000;
    withBudgets({
      PROJ: { repo: 'group/app', budget: { runs_per_day: 2 } },
      OPS: { repo: 'platform/status', budget: { tokens_per_day: 1_000_000, runs_per_day: 10 } },
      BIG: { repo: 'group/big', budget: { tokens_per_day: 300_000 } },
      FREE: { repo: 'group/free' },
    });
    await begin('PROJ', 'run-1', { runsPerDay: 2, maxTokens }, 100);
    // What is promised says nothing where no limit is.
    await begin('PROJ', 'run-2', { runsPerDay: 2, maxTokens });
    await begin('OPS', 'run-3', { tokensPerDay: 1_000_000, runsPerDay: 10, maxTokens }, 120_000);
    await begin('OPS', 'run-4', { tokensPerDay: 1_000_000, runsPerDay: 10, maxTokens });
    await begin('BIG', 'run-5', { tokensPerDay: 300_000, maxTokens });
    const html = await read('/cost');
    expect(rowsOf(html)).toEqual([
      'Binding Runs begun Tokens Left The next run',
      'PROJ 2 of 2 300,100, no limit 0 runs waits for 12 h: the runs of today are used up',
      'BIG 1, no limit 300,000 of 300,000 300,000 of them promised to runs at work 0 tokens waits until a run at work leaves some tokens',
      'OPS 2 of 10 420,000 of 1,000,000 300,000 of them promised to runs at work 8 runs, 580,000 tokens begins at once',
    ]);
    expect(html).toContain(
      '<meter min="0" max="10" low="8" high="9.99" optimum="0" value="2" aria-label="Runs of OPS today" title="2 of 10">2 of 10</meter>',
    );
    expect(html).toContain('1 binding has none.');
  });

  it('are of today alone, and say where there is none', async () => {
    withBudgets({ FREE: { repo: 'group/free' } });
    expect(await read('/cost')).toContain('No binding has a budget of a day.');
    expect(await read('/cost?month=2025-12')).not.toContain('id="budgets"');
  });

  it('cost one read for each that is shown, and are as many as a page holds', async () => {
    const limited = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `P${index}`,
          { repo: `g/p${index}`, budget: { runs_per_day: 3 } },
        ]),
      );
    const countReads = async (mappings: ReturnType<typeof limited>) => {
      withBudgets(mappings);
      const find = vi.spyOn(storage.budgets, 'find');
      const html = await read('/cost');
      const reads = find.mock.calls.length;
      find.mockRestore();
      return { reads, html };
    };
    expect((await countReads(limited(3))).reads).toBe(3);
    const { reads, html } = await countReads(limited(250));
    expect(reads).toBe(200);
    expect(html).toContain('50 more budgets are not shown.');
  });
});

describe('budgets of this month', () => {
  const months = ['binding', 'deployment'] as const;
  const rowsOf = (html: string) =>
    [...(html.split('id="month-budgets"')[1]?.split('</table>')[0] ?? '').matchAll(/<tr role="row">(.*?)<\/tr>/gs)].map(
      ([row]) =>
        row
          .replace(/<meter[^>]*>[^<]*<\/meter>/g, '')
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim(),
    );

  it('say what is used of the deployment and of bindings, also money, and what the next run would do', async () => {
    clock.time = Date.UTC(2026, 0, 31, 12);
    tools = createMemoryTools({
      storage,
      mappings: {
        PROJ: { repo: 'group/app', budget: { runs_per_month: 2, cost_per_month: 10.5 } },
        OPS: { repo: 'platform/status', budget: { tokens_per_month: 1_000_000 } },
        FREE: { repo: 'group/free', budget: { runs_per_day: 5 } },
      },
    });
    const limits = { maxTokens: 300_000, deployment: { costPerMonth: 20 }, currency: 'EUR' };
    const proj = { bindingKey: 'PROJ', day: '2026-01-02', runId: 'run-1', months };
    await storage.budgets.start(proj, { ...limits, runsPerMonth: 2, costPerMonth: 10.5 });
    await storage.budgets.end(proj, 1000, { amount: 10.5, currency: 'EUR', incomplete: true });
    await storage.budgets.start(
      { ...proj, bindingKey: 'OPS', runId: 'run-2' },
      { ...limits, tokensPerMonth: 1_000_000 },
    );
    const html = await read('/cost');
    expect(rowsOf(html)).toEqual([
      'Budget of Runs begun Tokens Money The next run',
      'The deployment 2, no limit 1,000, no limit over 10.50 EUR of 20 begins at once',
      'PROJ 1 of 2 1,000, no limit over 10.50 EUR of 10.5 waits for 12 h: the money of this month is spent',
      'OPS 1, no limit 300,000 of 1,000,000 300,000 of them promised to runs at work nothing known, no limit begins at once',
    ]);
    expect(html).toContain('aria-label="Money of PROJ this month" title="over 10.50 EUR of 10.5"');
    expect(html).toContain('Where money says over, work is missing in it');
  });

  it('say which money is in no limit since the currency was changed', async () => {
    clock.time = Date.UTC(2026, 2, 31, 12);
    tools = createMemoryTools({ storage, mappings: { PROJ: { repo: 'group/app', budget: { cost_per_month: 10 } } } });
    const run = { bindingKey: 'PROJ', day: '2026-03-02', months: ['binding'] as const };
    const limits = { maxTokens: 1000, costPerMonth: 10 };
    await storage.budgets.start({ ...run, runId: 'run-1' }, { ...limits, currency: 'EUR' });
    await storage.budgets.end({ ...run, runId: 'run-1' }, 1000, { amount: 9.5, currency: 'EUR' });
    await storage.budgets.start({ ...run, runId: 'run-2' }, { ...limits, currency: 'USD' });
    await storage.budgets.end({ ...run, runId: 'run-2' }, 1000, { amount: 2, currency: 'USD' });
    const html = await read('/cost');
    expect(rowsOf(html).at(-1)).toContain('2.00 USD of 10 9.50 EUR besides, in no limit begins at once');
    expect(html).toContain('The currency was changed in this month, and no rate is known');
  });

  it('are of this month alone, and cost one read for each that is shown and one for the deployment', async () => {
    tools = createMemoryTools({
      storage,
      mappings: Object.fromEntries(
        Array.from({ length: 250 }, (_, index) => [
          `P${index}`,
          { repo: `g/p${index}`, budget: { runs_per_month: 3 } },
        ]),
      ),
    });
    const find = vi.spyOn(storage.budgets, 'findMonth');
    const html = await read('/cost');
    expect(find).toHaveBeenCalledTimes(201);
    find.mockRestore();
    expect(html).toContain('50 more budgets are not shown.');
    expect(await read('/cost?month=2025-11')).not.toContain('id="month-budgets"');
  });
});

it('lists audits with their pages', async () => {
  const html = await read('/audits');

  expect(html).toContain('<a href="https://storage.example.com/audits/audit.html"');
  expect(html).toContain('2.4.0');
});
