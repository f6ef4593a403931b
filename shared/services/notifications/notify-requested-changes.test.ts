import { describe, expect, it } from 'vitest';
import { anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { only } from '../../../test/doubles/only.ts';
import {
  AGENT,
  aDiscussion,
  aFindingDiscussion,
  aMergeRequest,
  aNote,
  aReviewedBinding,
  OTHER_BOT,
  PERSON,
} from '../../../test/fixtures/discussions.ts';
import type { Discussion, GitLab, GitLabUser, MergeRequest } from '../../domain/ports/gitlab.ts';
import type { IssueComment } from '../../domain/ports/jira.ts';
import type { RequestedChangesEntry } from '../../domain/runs/outbox-entry.ts';
import { type PerformOutboxEntryDeps, performOutboxEntry } from '../outbox/perform-outbox-entry.ts';
import type { Registry } from '../projects/create-registry.ts';
import { type NotifyRequestedChangesDeps, notifyRequestedChanges } from './notify-requested-changes.ts';

const ENTRY = { kind: 'requested-changes', projectId: 7, iid: 3 } as const;
const HEAD = 'a'.repeat(40);
const BOB: GitLabUser = { id: 4, username: 'bob', name: 'Bob *the* reviewer', bot: false };

interface Given {
  reviewers?: GitLabUser[];
  discussions?: Discussion[];
  mergeRequest?: Partial<MergeRequest>;
  tell?: boolean;
  pushedAt?: number;
  key?: string;
  botAuthors?: string[];
  /** The run has opened the merge request and has not ended. */
  isAtWork?: boolean;
}

function createFixture(first: Given) {
  const comments: IssueComment[] = [];
  const writes: string[] = [];
  const depsOf = (given: Given): NotifyRequestedChangesDeps => {
    const { bots } = aReviewedBinding().review;
    const reviewed = aReviewedBinding({ bots: { ...bots, authors: given.botAuthors ?? [] } });
    const rules = {
      ...reviewed.mergeRequest,
      ...(given.tell === false ? {} : { tellRequestedChanges: true as const }),
    };
    const binding = { ...reviewed, mergeRequest: rules };
    const ours = { author: AGENT, sourceBranch: 'agent/PROJ-12', headSha: HEAD, ...given.mergeRequest };
    const result = { what: 'merge-request', mergeRequestIid: 3, commitSha: HEAD };
    const ended = { state: 'done', updatedAt: given.pushedAt ?? 1, result } as const;
    const delivery = aRun({ task: aCodingTask(), ...(given.isAtWork ? {} : ended) });
    const registry = only<Registry>({
      listOfProject: async () => [{ state: 'ready', binding, project: { projectId: 7, cloneUrl: '', webUrl: '' } }],
      status: () => [],
    });
    return {
      mapping: { current: async () => ({ registry }) },
      gitlabFor: async () =>
        only<GitLab>({
          getCurrentUser: async () => AGENT,
          findMergeRequest: async () => aMergeRequest(ours),
          listChangeRequesters: async () => given.reviewers ?? [],
          listDiscussions: async () => given.discussions ?? [],
        }),
      jira: {
        findIssue: async () => anIssue({ key: given.key ?? 'PROJ-12' }),
        getMyself: async () => theAgent(),
        listComments: async () => comments,
        async addComment(_key: string, body: string) {
          writes.push(body);
          const comment = anIssueComment({ id: '9', author: theAgent(), body });
          comments.push(comment);
          return comment;
        },
        async updateComment(_key: string, _id: string, body: string) {
          writes.push(body);
          Object.assign(comments[0] ?? {}, { body });
        },
      },
      ledger: { listRecent: async (subject) => (subject.startsWith('issue~') ? [delivery] : []) },
      agentId: 'cmap-1',
    };
  };
  const notify = async (given: Given = first) => notifyRequestedChanges(ENTRY, depsOf(given));
  /** What the outbox does with an entry afterwards. */
  const perform = (entry: RequestedChangesEntry, given: Given = first) =>
    performOutboxEntry(entry, depsOf(given) as PerformOutboxEntryDeps, async () => true); // nothing else is used
  return { notify, perform, writes, comments, lines: () => writes.map((text) => text.split('\n')[0]) };
}

const thread = (author: GitLabUser, values = {}) => aDiscussion([aNote({ author, ...values })]);
const place = String.raw`\[!3\]\(<?https://gitlab.example/group/app/-/merge_requests/3>?\)`;

describe('a ticket whose merge request people want changed', () => {
  it('names who asks, by review and by threads, and counts these', async () => {
    const { notify, lines } = createFixture({
      reviewers: [BOB],
      discussions: [thread(BOB), thread(PERSON), thread(PERSON)],
    });
    await notify();
    expect(lines()).toEqual([
      expect.stringMatching(
        new RegExp(
          String.raw`^\*\*Changes are asked for\*\* in ${place} by Bob \\\*the\\\* reviewer \(requested changes, 1 open thread\), Alice \(2 open threads\)\.$`,
        ),
      ),
    ]);
  });

  it('says nothing of what a bot asks for, also one that only the binding names as such', async () => {
    const scanner: GitLabUser = { id: 5, username: 'sonar-shop', name: 'Sonar', bot: false };
    const given = { reviewers: [scanner], discussions: [thread(scanner)] };
    const { notify, lines } = createFixture({});
    await notify({ ...given, botAuthors: ['sonar-*'] });
    expect(lines()).toEqual([]);
    await notify(given);
    expect(lines()).toEqual([expect.stringContaining('by Sonar')]);
  });

  it('has one comment, edited as it goes on, and nothing more for an event that comes twice', async () => {
    const { notify, lines, writes } = createFixture({});
    await notify();
    expect(writes).toEqual([]);
    await notify({ discussions: [thread(PERSON)] });
    await notify({ discussions: [thread(PERSON)] });
    await notify({ discussions: [thread(PERSON)], pushedAt: 2_000_000 });
    await notify({ discussions: [thread(PERSON, { resolved: true })] });
    await notify({ discussions: [thread(PERSON, { resolved: true })] });
    expect(lines()).toEqual([
      expect.stringMatching(/asked for.* by Alice \(1 open thread\)\.$/),
      expect.stringMatching(/by Alice \(1 open thread\)\. The agent has pushed aaaaaaaa since\.$/),
      expect.stringMatching(/^\*\*Changes were asked for\*\* .* and none is open any more\.$/),
    ]);
  });

  it('has one comment also where people ask before the run that opened the merge request has ended', async () => {
    const { notify, lines, comments } = createFixture({});
    await notify({ discussions: [thread(PERSON)], isAtWork: true });
    await notify({ discussions: [thread(PERSON), thread(PERSON)] });
    await notify({ mergeRequest: { state: 'merged' } });
    expect(comments).toHaveLength(1);
    expect(lines()).toEqual([
      expect.stringContaining('by Alice (1 open thread)'),
      expect.stringContaining('by Alice (2 open threads)'),
      expect.stringContaining('which is merged now'),
    ]);
  });

  it.each(['merged', 'closed'] as const)('says in its comment that the merge request is %s', async (state) => {
    const { notify, lines } = createFixture({ discussions: [thread(PERSON)] });
    await notify();
    expect(await notify({ discussions: [thread(PERSON)], mergeRequest: { state } })).toBe('ended');
    expect(await notify({ discussions: [thread(PERSON)], mergeRequest: { state } })).toBe('ended');
    // It is looked at again until it has ended, also while it is being merged.
    expect(await notify({ discussions: [thread(PERSON)], mergeRequest: { state: 'locked' } })).toBe('open');
    expect(lines()).toEqual([
      expect.stringMatching(/asked for.* by Alice/),
      expect.stringMatching(
        new RegExp(String.raw`^\*\*Changes were asked for\*\* in ${place}, which is ${state} now\.$`),
      ),
    ]);
  });

  it('is remembered where the end was seen and is there, and looked at again elsewhere', async () => {
    const { perform } = createFixture({});
    const ended = { ...ENTRY, ending: 'merged' } as const;
    expect(await perform(ended, { mergeRequest: { state: 'merged' } })).toBe('complete');
    expect(await perform(ended, { mergeRequest: { state: 'opened' } })).toBe('delete');
    expect(await perform(ENTRY, { mergeRequest: { state: 'merged' } })).toBe('delete');
  });

  it.each<{ name: string; given: Given }>([
    { name: 'where the map does not say so', given: { tell: false, reviewers: [BOB] } },
    { name: 'of a merge request of a person', given: { mergeRequest: { author: PERSON }, reviewers: [BOB] } },
    { name: 'once it is merged', given: { mergeRequest: { state: 'merged' }, reviewers: [BOB] } },
    { name: 'when it stands in another project', given: { key: 'OPS-1', reviewers: [BOB] } },
    {
      name: 'of threads of the agent, of bots, of members only, and of plain notes',
      given: {
        reviewers: [OTHER_BOT],
        discussions: [
          aFindingDiscussion([aNote()]),
          thread(OTHER_BOT),
          thread(PERSON, { internal: true }),
          thread(PERSON, { resolvable: false }),
        ],
      },
    },
  ])('is told nothing $name', async ({ given }) => {
    const { notify, writes } = createFixture(given);
    await notify();
    expect(writes).toEqual([]);
  });
});
