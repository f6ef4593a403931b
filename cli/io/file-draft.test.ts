import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../shared/kernel/clock.ts';
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
    expect(readFileSync(file).equals(Buffer.concat([LONG, Buffer.from('end')]))).toBe(true);
    expect(namesIn()).toEqual(['changes.csv']);
  });

  it('gives what was added as often as it is asked, before it is published and after', async () => {
    const draft = write(LONG, LONG);
    const all = () => Buffer.concat([...draft.pieces()]);
    expect(all().equals(Buffer.concat([LONG, LONG]))).toBe(true);
    await draft.publish();
    expect(all().equals(Buffer.concat([LONG, LONG]))).toBe(true);
    expect(all().equals(Buffer.concat([LONG, LONG]))).toBe(true);
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

  it('writes into no draft of another process, also one that has our pid in another container', async () => {
    const [ours, theirs] = [beginFile(file, process), beginFile(file, process)];
    ours.add(Buffer.from('ours'));
    theirs.add(Buffer.from('theirs'));
    for (const draft of [ours, theirs]) draft.end();
    await theirs.publish();
    await ours.publish();
    expect(readFileSync(file, 'utf8')).toBe('ours');
    expect(namesIn()).toEqual(['changes.csv']);
  });

  it('removes what a killed process left of this file a day ago, and nothing else', () => {
    const names = [
      'changes.csv.7-0a1b2c3d.tmp',
      'changes.csv.8-0a1b2c3d.tmp',
      'other.csv.7-0a1b2c3d.tmp',
      'changes.csv.bak',
    ];
    mkdirSync(path.dirname(file), { recursive: true });
    const old = new Date(Date.now() - 2 * DAY);
    for (const name of names) {
      writeFileSync(path.join(path.dirname(file), name), 'x');
      if (!name.includes('.8-')) utimesSync(path.join(path.dirname(file), name), old, old);
    }
    const draft = beginFile(file, process);
    draft.end();
    expect(namesIn().filter((name) => names.includes(name))).toEqual(names.slice(1).sort());
  });
});
