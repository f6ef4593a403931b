import { describe, expect, it } from 'vitest';
import type { Discussion, GitLab } from '../../../shared/domain/ports/gitlab.ts';
import { parseDiff } from '../../../shared/domain/review/parse-diff.ts';
import { planNotes } from '../../../shared/domain/review/plan-notes.ts';
import { type ErrorCode, TaskError } from '../../../shared/kernel/errors.ts';
import { aFinding, REFS } from '../../../test/fixtures/diffs/builders.ts';
import { aDiscussion, aNote } from '../../../test/fixtures/discussions.ts';
import { postFinding } from './post-finding.ts';

const DIFF = ['diff --git a/a.txt b/a.txt', '--- a/a.txt', '+++ b/a.txt', '@@ -1 +1,2 @@', ' one', '+two', ''].join(
  '\n',
);

/** Answers the first tries to start a thread with these codes and accepts what comes after. */
async function post(...refusals: ErrorCode[]) {
  const tried: string[] = [];
  const refuse = () => {
    const code = refusals.shift();
    if (code) throw new TaskError(code);
  };
  const gitlab: Pick<GitLab, 'createDiscussion'> = {
    async createDiscussion(_projectId, _iid, body, position): Promise<Discussion> {
      tried.push(position?.kind ?? 'no place');
      refuse();
      return aDiscussion([aNote({ body })]);
    },
  };
  const { post } = planNotes({
    findings: [aFinding({ path: 'a.txt', startLine: 2 })],
    discussions: [],
    ownUserId: 9,
    files: parseDiff(DIFF),
    refs: REFS,
    cap: 1,
    verdicts: [],
    minSeverity: 'nit',
    resolution: 'off',
  });
  const [planned] = post;
  if (!planned) throw new Error('One finding is planned');
  const place = { projectId: 7, iid: 3, headSha: REFS.headSha, scope: 'mr~7~3' };
  const ended = await postFinding(planned, place, gitlab).catch((error: TaskError) => error.code);
  return { ended, tried };
}

describe('a finding', () => {
  it.each<{ name: string; refusals: ErrorCode[]; ended: string; tried: string[] }>([
    { name: 'stands at its line', refusals: [], ended: 'inline', tried: ['text'] },
    { name: 'refused there stands at the file', refusals: ['gitlab-refused'], ended: 'file', tried: ['text', 'file'] },
    {
      name: 'refused there too becomes a thread at no place',
      refusals: ['gitlab-refused', 'gitlab-refused'],
      ended: 'note',
      tried: ['text', 'file', 'no place'],
    },
    {
      name: 'without an answer is not posted elsewhere, because it may be there',
      refusals: ['gitlab-unavailable'],
      ended: 'gitlab-unavailable',
      tried: ['text'],
    },
    {
      name: 'that nothing accepts fails with the reason',
      refusals: ['gitlab-refused', 'gitlab-refused', 'gitlab-refused'],
      ended: 'gitlab-refused',
      tried: ['text', 'file', 'no place'],
    },
  ])('$name', async ({ refusals, ended, tried }) => {
    expect(await post(...refusals)).toEqual({ ended, tried });
  });
});
