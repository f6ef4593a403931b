import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { loadScenarios } from '../../sandbox/model/load-scenarios.ts';
import { Scenario } from '../../sandbox/model/scenario.ts';
import { loadEarlierCode } from '../release-0.1.0.ts';
import { waitUntil } from '../wait-until.ts';
import { reviewNow } from './merge-request-steps.ts';
import { ADA, ownComments, startTicketEnvironment } from './ticket-environment.ts';

const REVIEW = Scenario.parse({
  name: 'a review without findings',
  when: ['Add it'],
  whenOffered: 'submit_review',
  steps: [{ call: { tool: 'submit_review', arguments: { summary: 'Looked at it.', findings: [] } } }],
});

const programOf010 = (name: string) =>
  fileURLToPath(new URL(`../fixtures/releases/0.1.0/programs/${name}.mjs`, import.meta.url));

/** What both versions read. */
async function renderMapOf010(): Promise<string> {
  const code = await loadEarlierCode();
  const parsed = code.parseMapping('bindings: [{ jira_project: PROJ, repo: group/app }]');
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return JSON.stringify(code.renderMapping(parsed.bindings));
}

describe.each([
  { name: 'functions of this version and runners of 0.1.0', earlier: { runner: programOf010('runner') } },
  { name: 'functions of 0.1.0 and runners of this version', earlier: { functions: programOf010('functions') } },
])('$name, as processes', ({ earlier }) => {
  let environment: Environment;

  beforeAll(async () => {
    environment = await startTicketEnvironment([{ jira_project: 'PROJ', repo: 'group/app' }], {
      projectMap: await renderMapOf010(),
      programs: { ...inject('programs'), ...earlier },
      scenarios: [REVIEW, ...(await loadScenarios())],
    });
  });

  afterAll(async () => {
    await environment.close();
  });

  it('bring a ticket to one merge request and one report, and review it', async () => {
    const key = environment.jira.createIssue({ project: 'PROJ', summary: 'Add it', status: 'AI Ready', reporter: ADA });
    await environment.fire('poll-jira');
    await waitUntil('the ticket is in review', async () => {
      await environment.fire('sweep');
      const [run] = await environment.storage.ledger.listRecent(`issue~${key}`, 5);
      return run !== undefined && run.state !== 'queued' && run.state !== 'running' && run.state !== 'parked';
    });
    await environment.fire('poll-jira');
    await environment.settle();
    expect(await environment.storage.ledger.listRecent(`issue~${key}`, 5)).toMatchObject([
      { state: 'done', notified: true, result: { what: 'merge-request', mergeRequestIid: 1 } },
    ]);
    expect(ownComments(environment, key, 'report')).toHaveLength(1);
    const { mergeRequests } = environment.gitlab.project('group/app');
    const [opened] = mergeRequests;
    expect(mergeRequests).toHaveLength(1);
    if (!opened) throw new Error('There is no merge request');
    expect(await reviewNow(environment, opened)).toMatchObject({ state: 'done', result: { what: 'reviewed' } });
  });
});
