import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMemory } from './read-memory.ts';

const MIB = 2 ** 20;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'cmap-memory-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A directory as the kernel shows a control group, with these files. */
async function withFiles(name: string, files: Record<string, string>): Promise<string> {
  const directory = path.join(root, name);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
    await writeFile(path.join(directory, file), text);
  }
  return directory;
}

describe('the memory of a container', () => {
  it('is that of its control group, and what files take of it counts as free', async () => {
    const group = await withFiles('v2', {
      'memory.max': `${64 * MIB}\n`,
      'memory.current': `${60 * MIB}\n`,
      'memory.stat': `anon ${40 * MIB}\nfile ${20 * MIB}\nshmem 0\ninactive_anon 1\nactive_file ${15 * MIB}\ninactive_file ${5 * MIB}\n`,
    });
    expect(await readMemory(group)).toEqual({ limit: 64 * MIB, free: 24 * MIB });
  });

  it('is read of version 1 as well', async () => {
    const group = await withFiles('v1', {
      'memory/memory.limit_in_bytes': `${64 * MIB}\n`,
      'memory/memory.usage_in_bytes': `${60 * MIB}\n`,
      'memory/memory.stat': `active_file 1\ninactive_file 1\ntotal_active_file ${10 * MIB}\ntotal_inactive_file ${10 * MIB}\n`,
    });
    expect(await readMemory(group)).toEqual({ limit: 64 * MIB, free: 24 * MIB });
  });

  it.each([
    { name: 'no limit', files: { 'memory.max': 'max\n', 'memory.current': '1\n', 'memory.stat': '' } },
    {
      name: 'a limit beyond the machine',
      files: { 'memory/memory.limit_in_bytes': '9223372036854771712\n', 'memory/memory.usage_in_bytes': '1\n' },
    },
    { name: 'no group', files: {} },
  ])('is that of the machine where there is $name', async ({ name, files }) => {
    const memory = await readMemory(await withFiles(name, files));
    expect(memory.limit).toBe(os.totalmem());
    expect(memory.free).toBeGreaterThan(0);
    expect(memory.free).toBeLessThanOrEqual(memory.limit);
  });
});
