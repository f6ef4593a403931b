import { describe, expect, it } from 'vitest';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import type { Issue, IssueChange, Jira } from '../../../shared/domain/ports/jira.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { aJiraUser, anIssue, theAgent } from '../../../test/builders/jira.ts';
import { only } from '../../../test/doubles/only.ts';
import { moveToReview } from './move-to-review.ts';

const SOURCE = { jira_project: 'PROJ', repo: 'group/app' };
const status = (name: string) => ({ id: name, name, category: 'indeterminate' as const });
const moved = (to: string, by = aJiraUser(), id = '20000'): IssueChange => {
  return { id, field: 'status', by, toId: to, from: 'In Progress', to };
};
const request = { ...moved('AI Ready'), id: '10233' };

interface Given {
  source?: Partial<Parameters<typeof resolveBinding>[0]>;
  before?: Partial<Issue>;
  /** What changed while the agent worked. */
  now: Partial<Issue>;
  resumed?: boolean;
  refusal?: TaskError;
}

/** What becomes of the ticket. */
async function end({ source = {}, before = {}, now, resumed = false, refusal }: Given) {
  const issue = anIssue({ changes: [request], ...before });
  const done: string[] = [];
  const jira = only<Jira>({
    getMyself: async () => theAgent(),
    getIssue: async () => ({ ...issue, ...now }),
    listTransitions: async () => [{ id: '31', name: 'Review', to: { id: 'In Review', name: 'In Review' } }],
    async transition() {
      if (refusal) throw refusal;
      done.push('moved');
    },
    async assign(_key: string, accountId: string | null) {
      done.push(`assigned to ${accountId}`);
    },
  });
  const binding = resolveBinding({ ...SOURCE, ...source });
  const { signal } = new AbortController();
  const remarks = await moveToReview({ issue, binding, resumed }, '10233', { jira, log: silentLog }, signal);
  return { done, remarks };
}

const HANDED_OVER = ['moved', 'assigned to 712020:leigh'];

describe('the end of good work', () => {
  it.each<Given & { name: string }>([
    { name: 'from the status of work', now: { status: status('In Progress') } },
    { name: 'from the trigger, for the request that was seen', now: { status: status('ai ready') } },
    {
      name: 'from where the agent itself has put it, by a transition of the name in the binding',
      now: { status: status('Doing'), changes: [moved('Doing', theAgent()), request] },
    },
    {
      name: 'from where this attempt has found it, with a trigger that is no status',
      source: { trigger: { label: 'ai' } },
      resumed: true,
      before: { status: status('Open'), changes: [{ ...request, field: 'labels', from: '', to: 'ai' }] },
      now: {},
    },
  ])('moves the ticket to review $name', async (given) => {
    expect(await end(given)).toEqual({ done: HANDED_OVER, remarks: [] });
  });

  it('assigns a ticket that is in review already as the binding says', async () => {
    expect(await end({ now: { status: status('In Review') } })).toEqual({ done: HANDED_OVER.slice(1), remarks: [] });
  });

  it.each(['To Do', "Won't Do", 'Done'])('leaves a ticket alone that a person moved to %s meanwhile', async (name) => {
    const now = { status: status(name), changes: [moved(name), moved('In Progress', theAgent(), '15000'), request] };
    expect(await end({ now })).toEqual({
      done: [],
      remarks: [`The ticket was moved to "${name}" meanwhile and stays there.`],
    });
  });

  it('leaves a ticket alone that was moved to another project meanwhile, under whichever status', async () => {
    const { done, remarks } = await end({ now: { key: 'OTHER-5', status: status('In Progress') } });
    expect(done).toEqual([]);
    expect(remarks).toMatchObject([expect.stringContaining('moved to another project meanwhile, as OTHER-5')]);
  });

  it('takes a ticket off the agent that was moved meanwhile, because it could not be assigned to it again', async () => {
    const trigger = { assignee: theAgent().accountId };
    const assigned = { ...request, field: 'assignee' as const, toId: theAgent().accountId };
    const given = { source: { trigger }, before: { assignee: theAgent(), changes: [assigned] } };
    const now = { status: status('To Do'), changes: [moved('To Do'), assigned] };
    const { done, remarks } = await end({ ...given, now });
    expect(done).toEqual(['assigned to 712020:leigh']);
    expect(remarks).toHaveLength(1);
    expect((await end({ ...given, now: { ...now, assignee: aJiraUser() } })).done).toEqual([]);
  });

  it('leaves a ticket with whom a person gave it to meanwhile, and moves it all the same', async () => {
    const reassigned = { ...moved('Carol'), field: 'assignee' as const, toId: 'carol' };
    const changes = [reassigned, moved('In Progress', theAgent(), '15000'), request];
    const now = { status: status('In Progress'), assignee: aJiraUser({ accountId: 'carol' }), changes };
    expect(await end({ source: { reviewer: 'bob' }, now })).toEqual({ done: ['moved'], remarks: [] });
  });

  it('says nothing where the ticket was handed over again meanwhile', async () => {
    const again = { status: status('AI Ready'), changes: [moved('AI Ready'), request], description: 'New.' };
    expect(await end({ now: again })).toEqual({ done: [], remarks: [] });
  });

  it.each([{ summary: 'Round up' }, { description: 'Something else.' }])(
    'says that the change was made for the earlier text: %o',
    async (text) => {
      const { done, remarks } = await end({ now: { status: status('In Progress'), ...text } });
      expect(done).toEqual(HANDED_OVER);
      expect(remarks).toEqual([expect.stringContaining('To start it again, move this ticket to "AI Ready".')]);
    },
  );

  it.each(['jira-refused', 'jira-forbidden', 'jira-not-found'] as const)(
    'reports that Jira refused the move (%s) and fails nothing',
    async (code) => {
      const refusal = new TaskError(code, { detail: 'resolution: is required' });
      expect(await end({ now: { status: status('In Progress') }, refusal })).toEqual({
        done: HANDED_OVER.slice(1),
        remarks: ['The ticket could not be moved to review: resolution: is required'],
      });
    },
  );

  it('is tried again when Jira is away', async () => {
    const refusal = new TaskError('jira-unavailable');
    await expect(end({ now: { status: status('In Progress') }, refusal })).rejects.toBe(refusal);
  });

  it('is tried again when Jira refuses the token, which says nothing of the move', async () => {
    const refusal = new TaskError('jira-unauthorized');
    await expect(end({ now: { status: status('In Progress') }, refusal })).rejects.toBe(refusal);
  });
});
