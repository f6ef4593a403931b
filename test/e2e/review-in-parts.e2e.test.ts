import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { SandboxMergeRequest } from '../../sandbox/gitlab/state/fake-state.ts';
import { PART_LIMITS } from '../../shared/domain/review/plan-parts.ts';
import { parseMarker } from '../../shared/kernel/text/marker.ts';
import { REPO, reviewNow, textOf } from './merge-request-steps.ts';
import { SHORT_LEASE } from './short-lease.ts';
import { startTwoTeamsEnvironment } from './two-teams-environment.ts';

/** Its budget lasts for three parts of what the scripted model uses. */
const THRIFTY = 'group/platform-tools';

let environment: Environment;
/** Called before each answer of the model with the number of the part that is read. */
let onPart: (part: number) => Promise<void>;

beforeAll(async () => {
  environment = await startTwoTeamsEnvironment({
    bindings: {
      PROJ: { repo: REPO, review: { status: 'on' } },
      OPS: {
        repo: THRIFTY,
        target_branch: 'develop',
        credential_ref: 'platform_team',
        review: { status: 'on' },
        budget: { max_tokens: 7500 },
      },
    },
    functionInstances: 0,
    maxRunners: 1,
    pollingIntervalMs: 100,
    runnerEnv: SHORT_LEASE,
    onModelRequest: ({ body }) => onPart(Number(partOf(body))),
  });
});
afterAll(() => environment.close());
beforeEach(() => {
  onPart = async () => {};
});

/** More than half of what one part may hold, with a problem in its first line. */
const large = (about: string) => `problem of ${about}\nshared\n${`${about} is the same\n`.repeat(7000)}`;

const THREE_PARTS = {
  'web/two.txt': large('two'),
  'api/one.txt': large('one'),
  'zoo/three.txt': large('three'),
  'zoo/small.txt': 'small\n',
};

let branches = 0;

async function openLarge(files: Record<string, string>, repo: string = REPO): Promise<SandboxMergeRequest> {
  branches += 1;
  const sourceBranch = `feature/large-${branches}`;
  const ada = environment.gitlab.as('ada');
  await ada.push(repo, { branch: sourceBranch, files, message: 'Change much' });
  return ada.openMergeRequest(repo, { sourceBranch, title: 'Change much', description: 'scenario: review-in-parts' });
}

const partOf = (body: string) => /This is part (\d+)\./.exec(body)?.[1];

function notesOf({ discussions }: SandboxMergeRequest, purpose: string) {
  return discussions.flatMap(({ notes }) => notes).filter(({ body }) => parseMarker(body)?.purpose === purpose);
}

const titlesOf = (mergeRequest: SandboxMergeRequest) =>
  notesOf(mergeRequest, 'finding').map((note) => /\*\* (.*)/.exec(textOf(note))?.[1]);

const statusOf = ({ sourceProject, headSha }: SandboxMergeRequest) =>
  sourceProject?.commitStatuses.find(({ sha, name }) => sha === headSha && name === 'cmap/review');

/** The first call of each session, by part. */
function promptsSince(count: number): Map<string, string> {
  const bodies = (environment.model?.requests ?? []).slice(count).map(({ body }) => body);
  return new Map(bodies.toReversed().map((body) => [partOf(body) ?? '', body]));
}

const asked = () => environment.model?.requests.length ?? 0;

describe('a merge request that is too large to be read at once', () => {
  it('is read in parts with a map of the whole, and reviewed once', async () => {
    const before = asked();
    const mergeRequest = await openLarge(THREE_PARTS);
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done', result: { what: 'reviewed' } });

    const prompts = promptsSince(before);
    expect([...prompts.keys()].sort()).toEqual(['1', '2', '3']);
    for (const prompt of prompts.values())
      for (const line of ['part 1: api/one.txt (added, +7002 -0)', 'part 2: web/two.txt', 'part 3: zoo/small.txt'])
        expect(prompt).toContain(line);
    expect(prompts.get('1')).not.toContain('findings so far');
    expect(prompts.get('3')).toContain('major, api/one.txt:1: The problem of part 1');
    expect(prompts.get('3')).not.toContain('As line 1 shows.');

    expect(titlesOf(mergeRequest).sort()).toEqual([
      'The problem of part 1',
      'The problem of part 2',
      'The problem of part 3',
      'The second line is shared by all',
    ]);
    const [summary, ...more] = notesOf(mergeRequest, 'summary');
    expect(more).toEqual([]);
    expect(textOf(summary)).toContain('- Part 1, `api/one.txt`: What part 1 does is clear.');
    expect(textOf(summary)).toContain(
      '- Part 3, `zoo/small.txt` to `zoo/three.txt`, 2 files: What part 3 does is clear.',
    );
    expect(textOf(summary)).toContain('4 new findings: 3 major, 1 minor.');
    expect(textOf(summary)).toContain('Reviewed everything up to');
    expect(textOf(summary)).not.toContain('Not looked at');
  });

  it('begins no part after a push, and says nothing of the old head', async () => {
    const before = asked();
    const mergeRequest = await openLarge(THREE_PARTS);
    const { headSha } = mergeRequest;
    onPart = async (part) => {
      if (part === 1 && mergeRequest.headSha === headSha)
        await environment.gitlab
          .as('ada')
          .push(REPO, { branch: mergeRequest.sourceBranch, files: { 'late.txt': '1\n' } });
    };
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'superseded', detail: 'newer-head' });
    expect([...promptsSince(before).keys()]).toEqual(['1']);
    expect(notesOf(mergeRequest, 'finding')).toEqual([]);
  });

  it('killed between two parts goes on with what is missing and posts each finding once', async () => {
    const mergeRequest = await openLarge(THREE_PARTS);
    let killed = false;
    onPart = async (part) => {
      if (part !== 2 || killed) return;
      killed = true;
      for (const runner of environment.jobs.running()) runner.kill('SIGKILL');
    };
    const run = await reviewNow(environment, mergeRequest);
    expect(run).toMatchObject({ state: 'done', attempt: 2 });
    const events = await environment.storage.ledger.listEvents(run.runId);
    const begun = events.filter(({ name }) => name === 'agent-started').map(({ fields }) => fields?.['part']);
    expect(begun.filter((part) => part === 1)).toHaveLength(1);
    expect(titlesOf(mergeRequest)).toHaveLength(4);
    expect(new Set(titlesOf(mergeRequest)).size).toBe(4);
    expect(notesOf(mergeRequest, 'summary')).toHaveLength(1);
  });

  it('gives a file that is too large for one part to several', async () => {
    const before = asked();
    const whole = `problem of all\n${'x'.repeat(99)}\n`.repeat(Math.ceil(PART_LIMITS.maxCharacters / 90));
    const mergeRequest = await openLarge({ 'api/one.txt': whole });
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done' });
    expect(promptsSince(before).get('2')).toContain('part 1: api/one.txt (added, piece 1 of 2, +');
    expect(textOf(notesOf(mergeRequest, 'summary')[0])).toContain('Reviewed everything up to');
  });

  it('lets nothing pass unread behind files that use up the budget', async () => {
    const mergeRequest = await openLarge(
      { ...THREE_PARTS, 'zz/backdoor.txt': large('the back door'), 'yarn.lock': large('a lock file') },
      THRIFTY,
    );
    expect(await reviewNow(environment, mergeRequest)).toMatchObject({ state: 'done' });
    const summary = textOf(notesOf(mergeRequest, 'summary')[0]);
    expect(summary).toContain('- 2 files that the budget did not reach: `zz/backdoor.txt`, `yarn.lock`');
    expect(summary).toContain('Reviewed in part up to');
    expect(parseMarker(notesOf(mergeRequest, 'summary')[0]?.body ?? '')?.sha).toBeUndefined();
    expect(statusOf(mergeRequest)).toMatchObject({
      status: 'failed',
      description: expect.stringContaining('2 files were not looked at.'),
    });
  });
});
