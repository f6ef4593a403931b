import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { postFinding } from '../../runner-container/perform/review/post-finding.ts';
import { type SandboxGitLab, startSandboxGitLab } from '../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import type { GitLab } from '../../shared/domain/ports/gitlab.ts';
import { DIFF_ARGUMENTS } from '../../shared/domain/review/diff-arguments.ts';
import { parseDiff } from '../../shared/domain/review/parse-diff.ts';
import { planNotes } from '../../shared/domain/review/plan-notes.ts';
import { clientOf } from '../doubles/gitlab-environment.ts';
import { aFinding, toExpected } from '../fixtures/diffs/builders.ts';
import { type CaseFile, type CaseFiles, DIFF_CASES } from '../fixtures/diffs/cases.ts';

const REPO = 'group/positions';
let sandbox: SandboxGitLab;
let gitlab: GitLab;

beforeAll(async () => {
  sandbox = await startSandboxGitLab({
    users: [{ username: 'ada' }, { username: 'project_1_bot_aa', bot: true, tokens: ['token-a'] }],
    projects: [{ path: REPO, members: { ada: 40, project_1_bot_aa: 30 }, files: { '.keep': '' } }],
  });
  gitlab = clientOf(sandbox);
});
afterAll(() => sandbox.close());

describe('a finding posted to a GitLab that looks at the repository itself', () => {
  it.each(DIFF_CASES.map((diffCase, index) => ({ ...diffCase, index })))(
    'stands where the table says: $name',
    async ({ index, before, after, finding, expected }) => {
      const ada = sandbox.as('ada');
      const [targetBranch, sourceBranch] = [`before-${index}`, `after-${index}`];
      await ada.push(REPO, { branch: targetBranch, from: 'main', files: toPush({}, before) });
      await ada.push(REPO, { branch: sourceBranch, from: targetBranch, files: toPush(before, after) });
      const opened = await ada.openMergeRequest(REPO, { sourceBranch, targetBranch, title: `Case ${index}` });
      const { projectId, iid, diffRefs: refs } = await gitlab.getMergeRequest(opened.project.id, opened.iid);
      if (!refs) throw new Error('The sandbox prepares at once');

      const { repository } = sandbox.project(REPO);
      const diff = await repository.git([...DIFF_ARGUMENTS, refs.baseSha, refs.headSha]);
      const { post } = planNotes({
        findings: [aFinding(finding)],
        discussions: [],
        ownUserId: 0,
        files: parseDiff(`${diff}\n`),
        refs,
        cap: 10,
        verdicts: [],
        minSeverity: 'nit',
        resolution: 'off',
      });
      const [planned] = post;
      if (!planned) throw new Error('One finding is planned');
      const where = await postFinding(planned, { projectId, iid, headSha: refs.headSha, scope: 'mr~1~1' }, gitlab);

      expect(toExpected(planned.placement)).toEqual(expected);
      // Accepted as planned: no fall-back was needed.
      expect(where).toBe(expected.kind);
      const [note] = opened.discussions.flatMap(({ notes }) => notes).filter(({ system }) => !system);
      expect(note?.position?.['position_type']).toBe({ inline: 'text', file: 'file', note: undefined }[expected.kind]);
      if (expected.kind !== 'note') {
        const { oldPath, newPath } = expected;
        expect(note?.position).toMatchObject({ old_path: oldPath, new_path: newPath });
      }
    },
  );
});

/** Files that turn one state into the other. */
function toPush(before: CaseFiles, after: CaseFiles) {
  const gone = Object.keys(before).filter((name) => !(name in after));
  return Object.fromEntries([
    ...gone.map((name) => [name, null] as const),
    ...Object.entries(after).map(([name, file]) => [name, toContent(file)] as const),
  ]);
}

function toContent(file: CaseFile) {
  if (typeof file === 'string') return file;
  if ('linkTo' in file) return { content: file.linkTo, mode: '120000' as const };
  if ('base64' in file) return Buffer.from(file.base64, 'base64');
  return { content: file.text, mode: '100755' as const };
}
