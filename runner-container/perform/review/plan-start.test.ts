import { describe, expect, it } from 'vitest';

import type { GitLab, MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';
import { formatReply } from '../../../shared/domain/review/format-reply.ts';
import { buildReviewTask, findRequestNote } from '../../../shared/domain/tasks/build-task.ts';
import { appendMarker } from '../../../shared/kernel/text/marker.ts';
import { only } from '../../../test/doubles/only.ts';
import { AGENT, aMergeRequest, aNote, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { planStart } from './plan-start.ts';

const headSha = aMergeRequest().headSha;
const OTHER = 'e'.repeat(40);
const own = (body: string) => aNote({ author: AGENT, body });
const reviewed = (sha: string) => own(appendMarker('## Review', { purpose: 'summary', scope: 'mr~7~3', sha }));
const paused = own(formatReply({ kind: 'paused' }, { scope: 'mr~7~3', noteId: 5 }));
const answered = own(formatReply({ kind: 'answer', text: 'Reviewed.' }, { scope: 'mr~7~3', noteId: 55 }));

interface Case {
  name: string;
  mergeRequest?: Partial<MergeRequest>;
  notes?: Note[];
  askedInNote?: number;
  onPush?: boolean;
  paths?: string[];
  diff?: { changedPaths: string[]; changedLines: number };
  ends: string | undefined;
}

function start({ mergeRequest = {}, notes = [], askedInNote, onPush = true, paths = [], diff }: Case) {
  const about = { projectId: 7, mergeRequestIid: 3, headSha };
  const task = buildReviewTask({ ...about, ...(askedInNote === undefined ? {} : { request: askedInNote }) });
  const input = {
    binding: aReviewedBinding({ onPush, paths }),
    project: { projectId: 7, cloneUrl: 'https://gitlab.example/group/app.git', webUrl: '' },
    gitlab: only<GitLab>({}),
    self: AGENT,
    mergeRequest: aMergeRequest(mergeRequest),
    scope: task.scope,
  };
  const ending = planStart({ task, ...input, notes, requestNote: findRequestNote(task) }, diff);
  if (!ending) return undefined;
  return ending.kind === 'superseded' ? ending.reason : ending.kind === 'done' ? ending.result.what : ending.kind;
}

describe('the start of a review', () => {
  it.each<Case>([
    { name: 'a first review', ends: undefined },
    { name: 'new commits', notes: [reviewed(OTHER)], ends: undefined },
    { name: 'a head that has its review', notes: [reviewed(headSha)], ends: 'nothing-new' },
    { name: 'a head that moved on', mergeRequest: { headSha: OTHER }, ends: 'newer-head' },
    { name: 'a closed one', mergeRequest: { state: 'closed' }, ends: 'closed' },
    { name: 'a merged one whose head moved on', mergeRequest: { state: 'merged', headSha: OTHER }, ends: 'closed' },
    { name: 'a draft', mergeRequest: { draft: true }, ends: 'draft' },
    { name: "the agent's own draft", mergeRequest: { draft: true, author: AGENT }, ends: undefined },
    { name: 'a paused one', notes: [paused], ends: 'paused' },
    { name: 'new commits where only opening counts', notes: [reviewed(OTHER)], onPush: false, ends: 'not-on-push' },
    { name: 'more files than are reviewed', mergeRequest: { changedFiles: 501 }, ends: 'too-large' },
    { name: 'as many files as are reviewed', mergeRequest: { changedFiles: 500 }, ends: undefined },
    {
      name: 'a count of files of an earlier head',
      mergeRequest: { changedFiles: 900, diffRefs: { baseSha: OTHER, startSha: OTHER, headSha: OTHER } },
      ends: undefined,
    },
    {
      name: 'a count of files that the diff corrects',
      mergeRequest: { changedFiles: 501 },
      diff: { changedPaths: ['a'], changedLines: 1 },
      ends: undefined,
    },
    {
      name: 'a count of files where paths are named',
      mergeRequest: { changedFiles: 900 },
      paths: ['src/'],
      ends: undefined,
    },
    { name: 'asked: more files', askedInNote: 55, mergeRequest: { changedFiles: 900 }, ends: undefined },
    { name: 'too many lines', diff: { changedPaths: ['a'], changedLines: 50_001 }, ends: 'too-large' },
    { name: 'asked: a paused draft', askedInNote: 55, notes: [paused], mergeRequest: { draft: true }, ends: undefined },
    { name: 'asked: a head that moved on', askedInNote: 55, mergeRequest: { headSha: OTHER }, ends: undefined },
    { name: 'asked: a head that has its review', askedInNote: 55, notes: [reviewed(headSha)], ends: undefined },
    { name: 'asked: answered by an earlier attempt', askedInNote: 55, notes: [answered], ends: 'nothing-new' },
    { name: 'asked: a closed one', askedInNote: 55, mergeRequest: { state: 'closed' }, ends: 'closed' },
  ])('$name', (each) => {
    expect(start(each)).toBe(each.ends);
  });
});
