import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { loadScenarios } from '../../sandbox/model/load-scenarios.ts';
import { Scenario } from '../../sandbox/model/scenario.ts';
import { DAY, MINUTE } from '../../shared/kernel/clock.ts';
import { waitUntil } from '../wait-until.ts';
import { reviewNow } from './merge-request-steps.ts';
import { ADA, AGENT, BOB, ownComments, startTicketEnvironment } from './ticket-environment.ts';

let environment: Environment;

/** Nothing leads from the trigger to the status of work. */
const DEAD_END = {
  statuses: [
    { name: 'AI Ready', category: 'new' as const },
    { name: 'In Progress', category: 'indeterminate' as const },
    { name: 'In Review', category: 'indeterminate' as const },
    { name: 'Done', category: 'done' as const },
  ],
  transitions: [{ name: 'Give up', to: 'Done' }],
};

/** The table cuts evidence at 300 characters: before the `@` that makes a password of it. */
const AT_THE_CUT = `${' blue'.repeat(50)} postgres://app:Sup3rS3cretPassw0rd@db.example.com`;

/** The author answers the first criterion only, the review looks for itself. */
const CRITERIA_SCENARIOS: Scenario[] = [
  aScenario('submit_result', [
    { call: { tool: 'create', arguments: { path: '{{workTree}}/seen.md', file_text: 'Seen.\n' } } },
    {
      call: {
        tool: 'submit_result',
        arguments: { summary: 'Adds it.', criteria: [{ number: 1, met: 'yes', evidence: 'I wrote `seen.md`, @all' }] },
      },
    },
  ]),
  aScenario('submit_review', [
    {
      call: {
        tool: 'submit_review',
        arguments: {
          summary: 'Looked at it.',
          findings: [],
          criteria: [{ number: 2, met: 'no', evidence: `There is no blue.${AT_THE_CUT}` }],
        },
      },
    },
  ]),
];

function aScenario(whenOffered: string, steps: Scenario['steps']): Scenario {
  return Scenario.parse({ name: `criteria: ${whenOffered}`, when: ['AC2: It is blue'], whenOffered, steps });
}

beforeAll(async () => {
  environment = await startTicketEnvironment(
    [
      { jira_project: 'PROJ', repo: 'group/app' },
      { jira_project: 'LAB', repo: 'group/label', trigger: { label: 'ai' } },
      { jira_project: 'ASG', repo: 'group/assignee', trigger: { assignee: AGENT } },
      {
        jira_project: 'GIVE',
        repo: 'group/give',
        trigger: { label: 'ai' },
        merge_request: { labels: ['ai', 'by agent'], assignee: ADA, reviewers: ['Bob', 'nobody'] },
      },
      { jira_project: 'FLOW', repo: 'group/flow' },
      { jira_project: 'DAY', repo: 'group/day', budget: { runs_per_day: 1 } },
      { jira_project: 'ONE', repo: 'group/one', max_concurrent_runs: 1 },
    ],
    {
      functionInstances: 4,
      workflows: { FLOW: DEAD_END },
      scenarios: [...CRITERIA_SCENARIOS, ...(await loadScenarios())],
    },
  );
});

afterAll(async () => {
  await environment.close();
});

function create(project: string, summary: string, more: { status?: string; description?: string } = {}): string {
  return environment.jira.createIssue({ project, summary, status: 'To Do', reporter: ADA, ...more });
}

const runsOf = (key: string) => environment.storage.ledger.listRecent(`issue~${key}`, 20);

/** Every instance at once, as timers and webhooks may. */
const pollEverywhere = (times = 1) =>
  Promise.all(
    environment.functions.flatMap((instance) => Array.from({ length: times }, () => instance.fire('poll-jira'))),
  );

const sweepEverywhere = () => Promise.all(environment.functions.map((instance) => instance.fire('sweep')));

/** Until no run of these issues is open. */
async function settle(...keys: string[]): Promise<void> {
  await waitUntil(`the runs of ${keys.join(', ')} are over`, async () => {
    await environment.fire('sweep');
    const runs = (await Promise.all(keys.map(runsOf))).flat();
    return runs.every(
      ({ state, notified }) => ['done', 'superseded'].includes(state) || (state === 'failed' && notified),
    );
  });
}

describe('many instances', () => {
  it('make one run of an issue that is seen by ten polls at once, and a corrupt issue stops no other', async () => {
    const corrupt = create('PROJ', 'Broken', { status: 'AI Ready' });
    environment.jira.corruptIssue(corrupt);
    const description = 'It says **what** is wanted.\n\n## Acceptance criteria\n\n1. It is seen\n2. It is blue';
    const key = create('PROJ', 'Seen by many', { status: 'AI Ready', description });
    await pollEverywhere(3);
    await settle(key);
    expect(await runsOf(key)).toHaveLength(1);
    expect(ownComments(environment, key, 'report')).toHaveLength(1);
    expect(
      environment.jira.transitions.filter(({ issueKey, to }) => issueKey === key && to === 'In Review'),
    ).toHaveLength(1);
    // The description came as a document, and the agent read it as text.
    expect(environment.model?.requests.some(({ body }) => body.includes('It says **what** is wanted.'))).toBe(true);
    expect(await environment.storage.skipLog.list(`issue~${corrupt}`)).toMatchObject([{ reason: 'unreadable' }]);
    await followCriteria(key);
  });

  /** From the ticket to the merge request, the comment, the record of the run, and a review that sees none of these. */
  async function followCriteria(key: string): Promise<void> {
    const counts = { met: 1, partly: 0, 'not-met': 0, 'not-answered': 1 };
    const [run] = await runsOf(key);
    expect(run).toMatchObject({ state: 'done', result: { criteria: counts } });
    expect(await environment.storage.ledger.listEvents(run?.runId ?? '')).toContainEqual(
      expect.objectContaining({
        name: 'criteria',
        fields: expect.objectContaining({ AC1: 'met: I wrote `seen.md`, @all', AC2: 'not-answered' }),
      }),
    );
    const [opened] = environment.gitlab.project('group/app').mergeRequests;
    expect(opened?.description).toContain('| AC1 | It is seen | met | I wrote `seen.md`, @\u200Ball |');
    expect(opened?.description).toContain('| AC2 | It is blue | not answered |  |');
    expect(ownComments(environment, key, 'report')[0]).toMatch(/\| AC2 \| It is blue \| not answered \|/);

    const notes = () => opened?.discussions.flatMap((discussion) => discussion.notes.map(({ body }) => body)) ?? [];
    if (!opened) throw new Error('There is no merge request');
    const review = await reviewNow(environment, opened);
    expect(review).toMatchObject({ state: 'done', result: { criteria: { 'not-met': 1, 'not-answered': 1 } } });
    expect(notes()).toContainEqual(expect.stringContaining('| AC2 | It is blue | not met | There is no blue. blue'));
    expect(JSON.stringify(notes())).not.toContain('Sup3r');
    const asked = environment.model?.requests.filter(({ body }) => body.includes('submit_review')) ?? [];
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter(({ body }) => body.includes('I wrote `seen.md`'))).toEqual([]);
  }
});

describe('a workflow without the transition', () => {
  it('is reported once with the human step, and neither loops nor holds others up', async () => {
    const stuck = create('FLOW', 'Cannot move', { status: 'AI Ready' });
    environment.jira.assignIssue(stuck, BOB, ADA);
    const other = create('PROJ', 'Can move', { status: 'AI Ready' });
    await pollEverywhere();
    await settle(stuck, other);
    for (let poll = 0; poll < 3; poll += 1) {
      await pollEverywhere();
      await sweepEverywhere();
    }
    await settle(stuck);
    expect(environment.jira.comments(stuck)).toHaveLength(1);
    const [text] = ownComments(environment, stuck, 'report');
    expect(text).toContain('"In Progress" cannot be reached from "AI Ready"');
    expect(text).toContain('move this ticket out of "AI Ready" and back');
    expect(await runsOf(stuck)).toMatchObject([{ state: 'failed', code: 'transition-unavailable' }]);
    expect(environment.jira.issue(other).status.name).toBe('In Review');
  });
});

describe('a blocked ticket', () => {
  it('says what it waits for in one comment, follows changes, and begins when the last blocker is done', async () => {
    const [first, second] = [create('PROJ', 'First blocker'), create('PROJ', 'Second blocker')];
    const key = create('PROJ', 'Blocked', { status: 'AI Ready' });
    environment.jira.linkBlocks(first, key);
    await pollEverywhere();
    await sweepEverywhere();
    await pollEverywhere();
    await sweepEverywhere();
    expect(ownComments(environment, key, 'waiting')).toHaveLength(1);
    expect(ownComments(environment, key, 'waiting')[0]).toContain(`- ${first}`);

    environment.jira.linkBlocks(second, key);
    environment.jira.moveIssue(first, 'Done');
    await pollEverywhere();
    await sweepEverywhere();
    const [changed] = ownComments(environment, key, 'waiting');
    expect(changed).toContain(`- ${second}`);
    expect(changed).not.toContain(`- ${first}`);
    expect(await runsOf(key)).toEqual([]);

    environment.jira.moveIssue(second, 'Done');
    await environment.fire('poll-jira');
    await settle(key);
    expect(environment.jira.issue(key).status.name).toBe('In Review');
    expect(ownComments(environment, key, 'waiting')).toHaveLength(1);
    expect(ownComments(environment, key, 'waiting')[0]).toContain('Nothing blocks this ticket any more');
  });

  it('takes its word back when the ticket is moved away', async () => {
    const blocker = create('PROJ', 'Blocker');
    const key = create('PROJ', 'Moved away', { status: 'AI Ready' });
    environment.jira.linkBlocks(blocker, key);
    await environment.fire('poll-jira');
    await environment.fire('sweep');
    environment.jira.moveIssue(key, 'To Do');
    await environment.fire('poll-jira');
    await environment.fire('sweep');
    expect(ownComments(environment, key, 'waiting')).toEqual([expect.stringContaining('does not wait')]);
  });
});

describe('triggers', () => {
  it('takes the label off when work begins, so that putting it on again is a new request', async () => {
    const key = create('LAB', 'With a label');
    environment.jira.labelIssue(key, ['backend', 'AI'], ADA);
    await pollEverywhere();
    // Another label is no new request.
    environment.jira.labelIssue(key, [...environment.jira.issue(key).labels, 'urgent'], BOB);
    await pollEverywhere();
    await settle(key);
    expect(environment.jira.issue(key).labels).toEqual(['backend', 'urgent']);
    expect(await runsOf(key)).toHaveLength(1);
    expect(environment.jira.issue(key).assigneeId).toBe(ADA);

    environment.jira.labelIssue(key, ['backend', 'urgent', 'ai'], BOB);
    await pollEverywhere();
    await settle(key);
    expect((await runsOf(key)).map(({ state }) => state)).toEqual(['done', 'done']);
    expect(environment.jira.issue(key)).toMatchObject({ labels: ['backend', 'urgent'], assigneeId: BOB });
  });

  it('hands an assigned ticket back, so that assigning it again is a new request', async () => {
    const key = create('ASG', 'For the agent');
    for (const asker of [BOB, ADA]) {
      environment.jira.assignIssue(key, AGENT, asker);
      await pollEverywhere();
      // Our own move to work in progress is no new request.
      await waitUntil('work has begun', () => environment.jira.issue(key).status.name !== 'To Do');
      await pollEverywhere();
      await settle(key);
      expect(environment.jira.issue(key)).toMatchObject({ assigneeId: asker, status: { name: 'In Review' } });
    }
    expect((await runsOf(key)).map(({ state }) => state)).toEqual(['done', 'done']);
    expect(environment.gitlab.project('group/assignee').mergeRequests).toHaveLength(1);
  });
});

describe('a new merge request', () => {
  it('has the labels, assignee and reviewers of its binding; a second run leaves alone what people changed', async () => {
    const lookUps = () => environment.gitlab.requests.count('GET /users');
    const before = lookUps();
    const key = create('GIVE', 'For Ada and Bob');
    environment.jira.labelIssue(key, ['ai'], ADA);
    await pollEverywhere();
    await settle(key);
    const [opened] = environment.gitlab.project('group/give').mergeRequests;
    expect(opened).toMatchObject({
      labels: ['ai', 'by agent'],
      assignees: [{ username: ADA }],
      reviewers: [{ username: BOB }],
      description: expect.stringContaining('- reviewer `nobody` is not an active GitLab user'),
    });
    expect(lookUps() - before).toBe(3);

    const iid = opened?.iid ?? 0;
    const bob = environment.gitlab.state.users.filter(({ username }) => username === BOB);
    environment.gitlab.as(BOB).edit('group/give', iid, { labels: ['taken'], assignees: bob, reviewers: [] });
    environment.jira.labelIssue(key, ['ai'], BOB);
    await pollEverywhere();
    await settle(key);
    expect((await runsOf(key)).map(({ state }) => state)).toEqual(['done', 'done']);
    expect(environment.gitlab.project('group/give').mergeRequests).toHaveLength(1);
    expect(opened).toMatchObject({ labels: ['taken'], assignees: [{ username: BOB }], reviewers: [] });
    expect(lookUps() - before).toBe(3);
  });

  it('costs no look-up where the binding names no one', async () => {
    const before = environment.gitlab.requests.count('GET /users');
    const key = create('PROJ', 'For no one', { status: 'AI Ready' });
    await pollEverywhere();
    await settle(key);
    const mergeRequest = environment.gitlab
      .project('group/app')
      .mergeRequests.find(({ title }) => title.includes(`${key}:`));
    expect(mergeRequest).toMatchObject({ labels: [], assignees: [], reviewers: [] });
    expect(environment.gitlab.requests.count('GET /users')).toBe(before);
  });
});

describe('limits', () => {
  it('lets one run of a binding work at a time, and the next as soon as it has ended', async () => {
    const keys = ['a', 'b', 'c'].map((summary) => create('ONE', summary, { status: 'AI Ready' }));
    const resume = environment.model?.pause();
    try {
      await pollEverywhere();
      await waitUntil('two are queued', async () => {
        const runs = (await Promise.all(keys.map(runsOf))).flat();
        return runs.filter(({ parkedReason }) => parkedReason === 'concurrency').length === 2;
      });
      const notified = keys.flatMap((key) => ownComments(environment, key, 'report'));
      expect(notified.filter((text) => text.includes('as soon as it is its turn here'))).toHaveLength(2);
    } finally {
      resume?.();
    }
    // Woken by the release: their own time is minutes away.
    await settle(...keys);
    const spans = await Promise.all(keys.map(spanOfWork));
    spans.sort((a, b) => a.from - b.from);
    for (const [index, span] of spans.entries()) expect(span.from).toBeGreaterThanOrEqual(spans[index - 1]?.to ?? 0);
    expect(keys.map((key) => ownComments(environment, key, 'report').length)).toEqual([1, 1, 1]);
  });

  it('puts a run beyond the budget of the day off and says when it begins, once', async () => {
    const today = create('DAY', 'Today', { status: 'AI Ready' });
    await pollEverywhere();
    await settle(today);
    const stateOf = async (key: string) => (await runsOf(key))[0]?.state ?? '';
    const ask = async (summary: string) => {
      const key = create('DAY', summary);
      environment.jira.moveIssue(key, 'AI Ready', ADA);
      await pollEverywhere();
      await waitUntil('it is put off or over', async () => ['parked', 'done'].includes(await stateOf(key)));
      return key;
    };
    const second = await ask('Tomorrow');
    // A day that has begun since the first one has a budget of its own.
    const tomorrow = (await stateOf(second)) === 'parked' ? second : await ask('Tomorrow, after midnight');
    await pollEverywhere();
    const [run] = await runsOf(tomorrow);
    expect(run).toMatchObject({ parkedReason: 'budget', attempt: 0 });
    expect((run?.parkedUntil ?? 1) % DAY).toBe(0);
    const day = new Date(run?.parkedUntil ?? 0).toISOString().slice(0, 10);
    expect(environment.jira.comments(tomorrow)).toHaveLength(1);
    expect(ownComments(environment, tomorrow, 'report')[0]).toContain(`The agent begins on ${day} at 00:00 UTC.`);
    expect(environment.jira.issue(tomorrow).status.name).toBe('AI Ready');
  });
});

describe('issue markers', () => {
  it('are shown while a run works, respected when they are of another deployment, and taken over when they are not', async () => {
    const [ours, foreign, expired, broken] = ['Ours', 'Foreign', 'Expired', 'Broken'].map((name) =>
      create('PROJ', name, { status: 'AI Ready' }),
    ) as [string, string, string, string];
    const mark = (key: string, value: unknown) => environment.jira.issue(key).properties.set('cmap.claim', value);
    mark(foreign, { run: 'run-1', agentId: 'other', expiresAt: Date.now() + 10 * MINUTE });
    mark(expired, { run: 'run-1', agentId: 'other', expiresAt: Date.now() - 1 });
    mark(broken, 'mine!');
    const before = environment.jira.requests.length;
    const resume = environment.model?.pause();
    try {
      await pollEverywhere();
      await waitUntil('the agent works', () => environment.jira.issue(ours).properties.has('cmap.claim'));
      const [run] = await runsOf(ours);
      expect(environment.jira.issue(ours).properties.get('cmap.claim')).toMatchObject({
        run: run?.runId,
        agentId: 'cmap-sandbox',
      });
    } finally {
      resume?.();
    }
    await settle(ours, expired, broken);
    for (const key of [ours, expired, broken]) {
      expect(environment.jira.issue(key).status.name).toBe('In Review');
      expect(environment.jira.issue(key).properties.has('cmap.claim')).toBe(false);
    }
    const calls = environment.jira.requests.slice(before).filter(({ url }) => url.includes(`${ours}/properties/`));
    expect(calls.map(({ method }) => method)).toEqual(['PUT', 'DELETE']);

    expect(await runsOf(foreign)).toEqual([]);
    expect(await environment.storage.skipLog.list(`issue~${foreign}`)).toMatchObject([{ reason: 'claimed-elsewhere' }]);
    mark(foreign, { run: 'run-1', agentId: 'other', expiresAt: Date.now() - 1 });
    await pollEverywhere();
    await settle(foreign);
    expect(environment.jira.issue(foreign).status.name).toBe('In Review');
  });
});

/** From the agent's start to the end of the run. */
async function spanOfWork(key: string): Promise<{ from: number; to: number }> {
  const [run] = await runsOf(key);
  const events = await environment.storage.ledger.listEvents(run?.runId ?? '');
  const at = (name: string) => events.findLast((event) => event.name === name)?.at ?? Number.NaN;
  return { from: at('cloned'), to: at('reported') };
}
