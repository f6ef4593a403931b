import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { explainSkip } from '../../test/explain-skip.ts';
import { OWN_UIDS } from '../../test/own-uids.ts';
import { SETPRIV, switchUserArguments } from './isolation.ts';
import { readUsedMemory } from './read-used-memory.ts';
import { leaseUid } from './uid-lease.ts';

const MIB = 2 ** 20;
const HOLD_64_MIB =
  "const held = Buffer.alloc(64 * 2 ** 20, 1); process.stdout.write('held'); setInterval(() => held, 1e6)";

describe.skipIf(explainSkip('the memory of a user', 'root-on-linux'))('the memory that a user uses', () => {
  it('is that of all its processes, and nothing where it has none', async () => {
    const { uid, release } = await leaseUid(OWN_UIDS);
    expect(await readUsedMemory(uid)).toBe(0);
    const user = [...switchUserArguments({ uid, gid: uid }), process.execPath, '-e', HOLD_64_MIB];
    const children = [1, 2].map(() => spawn(SETPRIV, user, { stdio: ['ignore', 'pipe', 'inherit'] }));
    try {
      await Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
      expect(await readUsedMemory(uid)).toBeGreaterThan(128 * MIB);
      expect(await readUsedMemory(uid)).toBeLessThan(1024 * MIB);
    } finally {
      for (const child of children) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      await release();
    }
    expect(await readUsedMemory(uid)).toBe(0);
  });
});
