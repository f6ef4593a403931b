import { describe, expect, it } from 'vitest';
import type { MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { toDescribedField } from '../../../shared/domain/runs/described-event.ts';
import { toPlanFields } from '../../../shared/domain/runs/plan-event.ts';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { fitText } from '../../../shared/kernel/text/fit-text.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aMergeRequest } from '../../../test/builders/gitlab.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { only } from '../../../test/doubles/only.ts';
import type { CodingRun } from './coding-run.ts';
import { describeChange, type MergeRequestContent } from './describe-change.ts';
import { renewDescription } from './renew-description.ts';

const { maskWritten } = createRedactor();
const ACCOUNTS: Readonly<Record<string, string>> = { 'run-1': 'Greets people.', 'run-2': 'Greets by name.' };
const aContent = (runId: string, values: Partial<MergeRequestContent> = {}): MergeRequestContent => ({
  summary: ACCOUNTS[runId] ?? 'Greets in French.',
  checks: [],
  runId,
  ...values,
});

/** A ticket whose runs have left these accounts and events; GitLab keeps what it is sent, as `store` makes it. */
function arrange({
  store = (text: string) => text,
  refusal,
}: {
  store?: (text: string) => string;
  refusal?: TaskError;
} = {}) {
  const events: Record<string, Pick<RunEvent, 'name' | 'fields'>[]> = {};
  const sent: string[] = [];
  const issue = anIssue();
  const binding = aBinding();
  let mergeRequest: MergeRequest = aMergeRequest({ iid: 5, description: '' });
  const others: Run[] = [];
  /** Accounts that were too long for the record. */
  const kept: Record<string, string> = {};

  const run = async (content: MergeRequestContent) => {
    const created = mergeRequest.description === '';
    if (created)
      mergeRequest = {
        ...mergeRequest,
        description: store(describeChange({ issue, binding }, content, { maskWritten }).description),
      };
    const coding = only<CodingRun>({
      issue,
      binding,
      project: { projectId: 7, cloneUrl: '', webUrl: '' },
      others: others.toReversed().slice(0, 20),
      context: aRunContext(aCodingTask(), { runId: content.runId }),
      deps: only<CodingRun['deps']>({
        maskWritten,
        listEarlierRuns: async (_run, limit = 20) => others.toReversed().slice(0, limit),
        files: only<NonNullable<CodingRun['deps']['files']>>({ findNewest: async ({ runId }) => kept[runId] }),
        listRunEvents: async (runId: string) => (events[runId] ?? []).map((event) => ({ runId, at: 1, ...event })),
      }),
    });
    const described = await renewDescription(
      coding,
      content,
      { mergeRequest, created },
      {
        gitlab: {
          async updateMergeRequest(_, __, { description = '' }) {
            if (refusal) throw refusal;
            sent.push(description);
            mergeRequest = { ...mergeRequest, description: store(description) };
            return mergeRequest;
          },
        },
      },
    );
    const fields = { iid: 5, created, ...(described ? toDescribedField(described) : {}) };
    events[content.runId] = [...(events[content.runId] ?? []), { name: 'merge-request-open', fields }];
    const summary = fitText(content.summary, 3000);
    if (summary !== content.summary) kept[content.runId] = content.summary;
    others.push(aRun({ runId: content.runId, result: { what: 'merge-request', summary } }));
    return described;
  };
  return {
    run,
    others,
    events,
    sent,
    shown: () => mergeRequest.description,
    edit: (change: (text: string) => string) => {
      mergeRequest = { ...mergeRequest, description: change(mergeRequest.description) };
    },
  };
}

describe('renewDescription', () => {
  it('tells what was done first and each rework after it, and of criteria and checks as they are now', async () => {
    const { run, shown } = arrange();
    await run(aContent('run-1', { checks: ['old check'] }));
    await run(aContent('run-2'));
    await run(aContent('run-3', { checks: ['new check'] }));
    expect(shown()).toMatch(
      /Greets people\.\n\n#### Rework 1\n\nGreets by name\.\n\n#### Rework 2\n\nGreets in French\.\n\n### Checks\n\n- new check\n\n---\nWritten by an AI agent \(run `run-3`\)/,
    );
    expect(shown()).not.toContain('old check');
  });

  it('tells all of a long first account, also after many runs of the ticket', async () => {
    const { run, shown, others } = arrange();
    const first = `Greets people. ${'word '.repeat(900)}and that was all.`;
    await run(aContent('run-1', { summary: first }));
    for (let number = 0; number < 25; number += 1) others.push(aRun({ runId: `question-${number}`, state: 'done' }));
    await run(aContent('run-2'));
    expect(shown()).toContain('and that was all.');
    expect(shown()).toMatch(/#### Rework 1\n\nGreets by name\./);
  });

  it('takes its own text for its own where GitLab has kept other line ends and no empty end', async () => {
    const { run, shown } = arrange({ store: (text) => text.trimEnd() });
    await run(aContent('run-1'));
    await run(aContent('run-2'));
    expect(shown()).toContain('Rework 1');
  });

  it.each([
    { name: 'in the middle', change: (text: string) => text.replace('people', 'everyone') },
    { name: 'at the end', change: (text: string) => `${text}\n\nSee also the wiki.` },
    { name: 'by ticking a box', change: (text: string) => text.replace('Greets', '- [x] Greets') },
    { name: 'as a whole', change: () => 'My own words.' },
    { name: 'to the text of another run', change: (text: string) => text.replace('run-1', 'run-of-another-ticket') },
  ])('leaves one alone that a person has edited $name', async ({ change }) => {
    const { run, edit, shown, sent } = arrange();
    await run(aContent('run-1'));
    edit(change);
    const before = shown();
    expect(await run(aContent('run-2'))).toBeUndefined();
    expect(shown()).toBe(before);
    // And it stays theirs.
    await run(aContent('run-3'));
    expect(sent).toEqual([]);
  });

  it('keeps the plan a person has approved, and who it was', async () => {
    const { run, shown, events } = arrange();
    events['run-plan'] = [{ name: 'plan-made', fields: toPlanFields({ text: 'Ask for the name.', digest: 'd' }) }];
    const carriedPlan = { text: 'Ask for the name.', planRun: 'run-plan', approvedBy: 'Ada' };
    await run(aContent('run-1', { carriedPlan }));
    await run(aContent('run-2', { plan: '1. Renamed it' }));
    await run(aContent('run-3'));
    expect(shown()).toContain('Approved by Ada. Made in run `run-plan`.\n\nAsk for the name.');
  });

  it('writes it once where an attempt is repeated', async () => {
    const { run, sent, shown } = arrange();
    await run(aContent('run-1'));
    await run(aContent('run-2'));
    const before = shown();
    expect(await run(aContent('run-2'))).toMatchObject({ rounds: ['run-1', 'run-2'] });
    expect(sent).toHaveLength(1);
    expect(shown()).toBe(before);
  });

  it('costs nothing else where GitLab refuses it, and can be done by the next rework', async () => {
    const { run } = arrange({ refusal: new TaskError('gitlab-forbidden') });
    await run(aContent('run-1'));
    expect(await run(aContent('run-2'))).toBeUndefined();
  });

  it('is left to the next attempt where GitLab does not answer', async () => {
    const { run } = arrange({ refusal: new TaskError('gitlab-unavailable') });
    await run(aContent('run-1'));
    await expect(run(aContent('run-2'))).rejects.toMatchObject({ code: 'gitlab-unavailable' });
  });

  it('shows the first account and the ten newest of many', async () => {
    const { run, shown } = arrange();
    for (let round = 1; round <= 14; round += 1) await run(aContent(`run-${round}`, { summary: `Account ${round}.` }));
    expect(shown().match(/Account \d+/g)).toEqual([
      'Account 1',
      ...[4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14].map((n) => `Account ${n}`),
    ]);
  });

  it('does the quick actions of a template no second time', async () => {
    const template = '{change}\n\n/label ~ai\n\n```\n/label ~in-code\n```';
    const { run, sent, shown } = arrange({ store: (text) => text.replace('\n/label ~ai\n', '\n') });
    const conventions = { template, owners: [], remarks: [] };
    await run(aContent('run-1', { conventions }));
    await run(aContent('run-2', { conventions }));
    expect(sent[0]).not.toContain('~ai');
    expect(sent[0]).toContain('/label ~in-code');
    expect(shown()).toContain('Rework 1');
  });
});
