import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiffRefs, GitLab, Position } from '../../shared/domain/ports/gitlab.ts';
import { clientOf, startTwoTeams } from '../../test/doubles/gitlab-environment.ts';
import type { SandboxGitLab } from './server/start-sandbox-gitlab.ts';

let sandbox: SandboxGitLab;
let gitlab: GitLab;
let projectId: number;
let iid: number;
let refs: DiffRefs;

const numbers = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);
const changed = numbers.toSpliced(1, 1, 'LINE 2', 'and more').toSpliced(30, 1); // 2 -> 2, 3; old 30 is gone.

beforeAll(async () => {
  sandbox = await startTwoTeams();
  gitlab = clientOf(sandbox);
  projectId = sandbox.project('group/app').id;
  const ada = sandbox.as('ada');
  await sandbox.as('mia').push('group/app', {
    branch: 'main',
    files: {
      'long.txt': `${numbers.join('\n')}\n`,
      'old name.txt': `${numbers.join('\n')}\n`,
      'gone.txt': 'a\nb\n',
      'crlf.txt': 'one\r\ntwo\r\n',
      'untouched.txt': 'x\n',
      'blob.bin': Buffer.from([0, 1, 2, 255]),
    },
  });
  await ada.push('group/app', {
    branch: 'lines',
    files: {
      'long.txt': `${changed.join('\n')}\n`,
      'old name.txt': null,
      'neu/ä "q".txt': `${numbers.toSpliced(4, 1, 'five').join('\n')}\n`,
      'gone.txt': null,
      'new.txt': 'no newline at the end',
      'crlf.txt': 'one\r\nTWO\r\n',
      'blob.bin': Buffer.from([0, 1, 3, 255]),
    },
  });
  iid = (await ada.openMergeRequest('group/app', { sourceBranch: 'lines', title: 'Lines' })).iid;
  const { diffRefs } = await gitlab.getMergeRequest(projectId, iid);
  if (!diffRefs) throw new Error('The sandbox prepares at once');
  refs = diffRefs;
});
afterAll(() => sandbox.close());

type Place = Partial<Omit<Position, keyof DiffRefs>> & { path?: string };

async function post({ path = 'long.txt', ...place }: Place): Promise<string> {
  const position: Position = { ...refs, kind: 'text', oldPath: path, newPath: path, ...place };
  return gitlab.createDiscussion(projectId, iid, 'Here', position).then(
    () => 'accepted',
    (error: unknown) => (error as { code: string }).code,
  );
}

const renamed = { oldPath: 'old name.txt', newPath: 'neu/ä "q".txt' };

describe('a position', () => {
  it.each<Place & { name: string }>([
    { name: 'an added line', newLine: 3 },
    { name: 'a changed line, new side', newLine: 2 },
    { name: 'a changed line, old side', oldLine: 2 },
    { name: 'a removed line', oldLine: 30 },
    { name: 'an unchanged line beside a change', oldLine: 1, newLine: 1 },
    { name: 'an unchanged line between changes', oldLine: 20, newLine: 21 },
    { name: 'the last line', oldLine: 40, newLine: 40 },
    { name: 'a new file', path: 'new.txt', newLine: 1 },
    { name: 'a deleted file', path: 'gone.txt', oldLine: 2 },
    { name: 'a renamed file', ...renamed, newLine: 5 },
    { name: 'a renamed file, unchanged line', ...renamed, oldLine: 6, newLine: 6 },
    { name: 'Windows line ends', path: 'crlf.txt', newLine: 2 },
    { name: 'a whole file', kind: 'file' },
    { name: 'a whole binary file', kind: 'file', path: 'blob.bin' },
  ])('at $name is accepted', async ({ name: _, ...place }) => {
    expect(await post(place)).toBe('accepted');
  });

  it.each<Place & { name: string }>([
    { name: 'an unchanged line with one side only', newLine: 20 },
    { name: 'an unchanged line with the wrong partner', oldLine: 20, newLine: 20 },
    { name: 'an added line with both sides', oldLine: 2, newLine: 3 },
    { name: 'a line behind the end', newLine: 41 },
    { name: 'no line', kind: 'text' },
    { name: 'a removed line as a new one', path: 'gone.txt', newLine: 1 },
    { name: 'a file that did not change', path: 'untouched.txt', oldLine: 1, newLine: 1 },
    { name: 'a file that does not exist', path: 'none.txt', newLine: 1 },
    { name: 'a renamed file under its new name only', path: 'neu/ä "q".txt', newLine: 5 },
    { name: 'a line of a binary file', path: 'blob.bin', newLine: 1 },
    { name: 'a whole file that did not change', kind: 'file', path: 'untouched.txt' },
  ])('at $name is refused', async ({ name: _, ...place }) => {
    expect(await post(place)).toBe('gitlab-refused');
  });

  it('over several lines needs the line codes of the real diff', async () => {
    const code = (oldLine: number, newLine: number) => `${sha1('long.txt')}_${oldLine}_${newLine}`;
    const end = { lineCode: code(3, 3), type: 'new' as const, newLine: 3 };
    const start = { lineCode: code(3, 2), type: 'new' as const, newLine: 2 };
    expect(await post({ newLine: 3, lineRange: { start, end } })).toBe('accepted');
    expect(await post({ newLine: 3, lineRange: { start: { ...start, lineCode: code(2, 2) }, end } })).toBe(
      'gitlab-refused',
    );
    expect(await post({ newLine: 3, lineRange: { start: end, end: start } })).toBe('gitlab-refused');
    expect(await post({ newLine: 2, lineRange: { start, end } })).toBe('gitlab-refused');
  });

  it('at commits that do not exist is refused', async () => {
    refs = { ...refs, headSha: 'f'.repeat(40) };
    expect(await post({ newLine: 3 })).toBe('gitlab-refused');
  });
});

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
