import { expect, it } from 'vitest';
import { aRun } from '../../../test/builders/runs.ts';
import { anUpdateTask } from '../../../test/builders/tasks.ts';
import { aTorturedMergeRequest, someFacts } from '../../../test/builders/torture.ts';
import { AGENT, GUIDES } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { checkGuides } from './check-guides.ts';

const inGuides = (author: object) => aTorturedMergeRequest({ project: { id: 7, path: GUIDES.repo }, author });
const byAda = inGuides({ username: 'ada', bot: false });

it.each<{
  name: string;
  facts?: Partial<Facts>;
  ticket?: { changes?: object[]; comments?: object[] };
  expected: string[];
}>([
  { name: 'people at work', facts: { mergeRequests: [byAda] }, expected: [] },
  {
    name: 'a commit of a person',
    facts: { commits: new Map([[GUIDES.repo, [{ sha: 'abcdef0123', runs: [] }]]]) },
    expected: [],
  },
  {
    name: 'a commit of the agent',
    facts: { commits: new Map([[GUIDES.repo, [{ sha: 'abcdef0123', runs: ['run-1'] }]]]) },
    expected: ['commit abcdef01 was pushed to group/guides'],
  },
  {
    name: 'a merge request of the agent',
    facts: { mergeRequests: [inGuides({ username: GUIDES.bot, bot: true })] },
    expected: ['group/guides!3 was opened by the agent'],
  },
  {
    name: 'an update',
    facts: { mergeRequests: [byAda], runs: [aRun({ task: anUpdateTask({ id: 'update~7~3' }) })] },
    expected: ['update~7~3 began in group/guides'],
  },
  {
    name: 'a ticket that was read',
    facts: { receivedMarkers: new Set(['marker7x']) },
    expected: ['PROJ-1 was read for group/guides'],
  },
  {
    name: 'a ticket that was moved',
    ticket: { changes: [{ authorId: AGENT }] },
    expected: ['PROJ-1 was changed, named in group/guides'],
  },
  {
    name: 'a ticket that was spoken on',
    ticket: { comments: [{ authorId: AGENT }] },
    expected: ['PROJ-1 was changed, named in group/guides'],
  },
])('$name', ({ facts, ticket: { changes = [], comments = [] } = {}, expected }) => {
  const environment = { jira: { issue: () => ({ changes }), comments: () => comments } };
  const torture = { environment, named: [{ issueKey: 'PROJ-1', marker: 'marker7x' }] };
  const found = checkGuides(someFacts(facts), torture as unknown as TortureEnvironment); // only what it looks at
  expect(found.map(({ what }) => what)).toEqual(expected);
});
