import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IssueAttachment } from '../../../shared/domain/ports/jira.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { anImage } from '../../../test/builders/images.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { takeAttachments } from './take-attachments.ts';

let context: string;
beforeEach(async () => {
  context = await mkdtemp(path.join(tmpdir(), 'cmap-test-'));
});
afterEach(() => rm(context, { recursive: true, force: true }));

/** Jira with these files, by name; an error is what asking for one ends with. */
async function take(files: Record<string, Uint8Array | string | Error>, { slowMs = 0, signal = alive } = {}) {
  const clock = createManualClock();
  const asked: string[] = [];
  const wanted = Object.keys(files).map(
    (name): IssueAttachment => ({ id: name, name, size: 100, mimeType: '', createdAt: 0 }),
  );
  const jira = {
    async readAttachment({ id }: { id: string }) {
      asked.push(id);
      await clock.advance(slowMs);
      const content = files[id];
      if (content instanceof Error) throw content;
      return typeof content === 'string' ? Buffer.from(content) : (content ?? new Uint8Array());
    },
  };
  const tools = { jira, workspace: { context }, clock, log: silentLog };
  const taken = await takeAttachments(
    'PROJ-1',
    { wanted, leftOut: [{ name: 'a.zip', why: 'an archive' }] },
    tools,
    signal,
  );
  return { ...taken, asked };
}

const alive = new AbortController().signal;
const directory = () => path.join(context, 'attachments');

describe('takeAttachments', () => {
  it('puts images and texts into files, and hands the images over', async () => {
    const { images, prompt } = await take({ 'shot.png': anImage(), 'run.log': 'failed\u202e\n' });
    expect(images).toMatchObject([{ file: '1-shot.png', type: 'image/png' }]);
    expect(prompt).toMatchObject({
      images: [{ name: 'shot.png', file: '1-shot.png' }],
      texts: [{ file: '2-run.log' }],
      leftOut: [{ name: 'a.zip', why: 'an archive' }],
      directory: directory(),
    });
    expect(await readFile(path.join(directory(), '1-shot.png'))).toEqual(Buffer.from(anImage()));
    expect(await readFile(path.join(directory(), '2-run.log'), 'utf8')).toBe('failed\n');
  });

  it('writes nowhere else, also for a file named like a path elsewhere', async () => {
    await take({ '../../x': 'a', '../AGENTS.md': 'b', '/etc/passwd': 'c', 'AGENTS.md': 'd' });
    expect(await readdir(context)).toEqual(['attachments']);
    expect((await readdir(directory())).toSorted()).toEqual([
      '1-x.txt',
      '2-AGENTS.md',
      '3-etc-passwd.txt',
      '4-AGENTS.md',
    ]);
  });

  it.each([
    { name: 'is gone', error: new TaskError('jira-not-found'), why: 'Jira no longer has it' },
    { name: 'is not shown', error: new TaskError('jira-forbidden'), why: 'Jira does not show it to the agent' },
    { name: 'does not come', error: new TaskError('jira-unavailable'), why: 'Jira did not deliver it' },
    { name: 'is refused', error: new TaskError('jira-refused', { detail: 'too much' }), why: 'too much' },
    { name: 'is something else', error: '%PDF-1.7', why: 'a PDF' },
  ])('loses one that $name, says why, and goes on', async ({ error, why }) => {
    const { images, prompt } = await take({ 'lost.png': error, 'shot.png': anImage() });
    expect(images).toHaveLength(1);
    expect(prompt.leftOut).toEqual([
      { name: 'a.zip', why: 'an archive' },
      { name: 'lost.png', why },
    ]);
  });

  it('asks for no other one where Jira asks to wait', async () => {
    const { asked, prompt } = await take({ 'a.log': 'a', 'b.log': new TaskError('jira-rate-limited'), 'c.log': 'c' });
    expect(asked).toEqual(['a.log', 'b.log']);
    expect(prompt.leftOut.slice(1)).toEqual(['b.log', 'c.log'].map((name) => ({ name, why: 'Jira asked to wait' })));
  });

  it('asks for no other one after a minute', async () => {
    const { asked, prompt } = await take({ 'a.log': 'a', 'b.log': 'b', 'c.log': 'c' }, { slowMs: 40_000 });
    expect(asked).toEqual(['a.log', 'b.log']);
    expect(prompt.leftOut.at(-1)).toEqual({ name: 'c.log', why: 'Jira delivers too slowly' });
  });

  it('ends when the runner stops, and with what is no failure of Jira', async () => {
    const stop = AbortSignal.abort(new Error('the runner stops'));
    const failing = { 'a.log': new TaskError('jira-unavailable') };
    await expect(take(failing, { signal: stop })).rejects.toThrow('the runner stops');
    await expect(take({ 'a.log': new Error('a mistake') })).rejects.toThrow('a mistake');
  });
});
