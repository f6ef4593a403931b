import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BLOCK_BYTES } from '../../shared/kernel/text/encode-blocks.ts';
import { beginFile } from './file-draft.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'draft-'));
  file = path.join(folder, 'csv', 'changes.csv');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LONG = Buffer.alloc(BLOCK_BYTES + 7, 'ü');
const namesIn = () => readdirSync(path.dirname(file));

function write(...pieces: Uint8Array[]) {
  const draft = beginFile(file, process);
  for (const piece of pieces) draft.add(piece);
  draft.end();
  return draft;
}

describe('beginFile', () => {
  it('replaces the file at its place when it is published, and not before', async () => {
    await write(Buffer.from('old')).publish();
    const draft = write(LONG, Buffer.from('end'));
    expect(readFileSync(file, 'utf8')).toBe('old');
    await draft.publish();
    expect(readFileSync(file)).toEqual(Buffer.concat([LONG, Buffer.from('end')]));
    expect(namesIn()).toEqual(['changes.csv']);
  });

  it('gives what was added as often as it is asked, before it is published and after', async () => {
    const draft = write(LONG, LONG);
    const all = () => Buffer.concat([...draft.pieces()]);
    expect(all()).toEqual(Buffer.concat([LONG, LONG]));
    await draft.publish();
    expect(all()).toEqual(Buffer.concat([LONG, LONG]));
    expect(all()).toEqual(Buffer.concat([LONG, LONG]));
  });

  it('leaves nothing of a draft that is discarded, and all of one that was published', async () => {
    const draft = beginFile(file, process);
    draft.add(LONG);
    await draft.discard();
    expect(namesIn()).toEqual([]);
    const published = write(LONG);
    await published.publish();
    await published.discard();
    expect(namesIn()).toEqual(['changes.csv']);
  });

  it('writes into no draft of another process', () => {
    const draft = path.join(folder, `a.${process.pid}.tmp`);
    writeFileSync(draft, 'theirs');
    expect(() => beginFile(path.join(folder, 'a'), process)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(readFileSync(draft, 'utf8')).toBe('theirs');
  });
});
