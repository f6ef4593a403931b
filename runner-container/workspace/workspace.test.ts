import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { HOUR } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { createRemovals } from './removals.ts';
import { removeStaleWorkspaces, type Workspace, type WorkspaceDeps, withWorkspace } from './workspace.ts';

const ENDED_PID = 2 ** 30; // above every pid Linux gives out
let root: string;
const clock = createSteppedClock();

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'cmap-workspaces-'));
  clock.time = 1_000_000_000_000;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const removals = createRemovals({ log: silentLog });

const deps = (overrides: Partial<WorkspaceDeps> = {}) => ({
  root,
  clock,
  pid: process.pid,
  removals,
  ...overrides,
});

describe('withWorkspace', () => {
  it("lends directories where the runner's are closed to everybody else", async () => {
    await withWorkspace(deps(), async (workspace) => {
      expect(statSync(workspace.root).mode & 0o777).toBe(0o711);
      expect(statSync(path.dirname(workspace.gitDir)).mode & 0o777).toBe(0o700);
      for (const directory of [workspace.tree, workspace.context, workspace.scratch, workspace.home]) {
        expect(readdirSync(directory)).toEqual([]);
        expect(statSync(directory).mode & 0o777, 'closed until it is given to an agent').toBe(0o700);
      }
    });
    await removals.ended();
    expect(readdirSync(root)).toEqual([]);
  });

  it('are removed beside the work that needs them no more, and never under its feet', async () => {
    const left = await withWorkspace(deps(), async ({ root: directory }, releaseWorkspace) => {
      releaseWorkspace();
      releaseWorkspace();
      await expect.poll(() => existsSync(directory)).toBe(false);
      return 'still at work';
    });
    expect(left).toBe('still at work');
    await removals.ended();
    expect(readdirSync(root)).toEqual([]);
  });

  it('takes the directories away when the work fails, read-only or not, and follows no link', async () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'cmap-outside-'));
    writeFileSync(path.join(outside, 'kept'), '');
    const failing = withWorkspace(deps(), async ({ tree }) => {
      mkdirSync(path.join(tree, 'locked', 'inner'), { recursive: true });
      writeFileSync(path.join(tree, 'locked', 'inner', 'file'), '');
      symlinkSync(outside, path.join(tree, 'link'));
      chmodSync(path.join(tree, 'locked', 'inner'), 0o500);
      chmodSync(path.join(tree, 'locked'), 0o500);
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    await removals.ended();
    expect(readdirSync(root)).toEqual([]);
    expect(existsSync(path.join(outside, 'kept'))).toBe(true);
    rmSync(outside, { recursive: true });
  });
});

describe('removeStaleWorkspaces', () => {
  /** As a runner leaves it that was killed. */
  async function leave(pid: number): Promise<Workspace> {
    return new Promise((resolve) => {
      void withWorkspace(deps({ pid }), (workspace) => {
        resolve(workspace);
        return new Promise<never>(() => {});
      });
    });
  }

  it.each([
    { name: 'removes what a dead runner left', holder: ENDED_PID, own: process.pid, ageMs: 2 * HOUR, removed: 1 },
    { name: 'keeps what is young', holder: ENDED_PID, own: process.pid, ageMs: HOUR / 2, removed: 0 },
    { name: 'keeps what a living runner holds', holder: process.pid, own: ENDED_PID, ageMs: 2 * HOUR, removed: 0 },
    {
      name: 'removes what an earlier runner with the same pid left',
      holder: process.pid,
      own: process.pid,
      ageMs: 2 * HOUR,
      removed: 1,
    },
  ])('$name', async ({ holder, own, ageMs, removed }) => {
    const left = await leave(holder);
    clock.time += ageMs;
    expect(await removeStaleWorkspaces(deps({ pid: own }), { olderThanMs: HOUR })).toBe(removed);
    expect(existsSync(left.root)).toBe(removed === 0);
  });

  it('removes the directories of a session by their age', async () => {
    const session = mkdtempSync(path.join(root, 'cmap-agent-'));
    clock.time = Date.now();
    expect(await removeStaleWorkspaces(deps(), { olderThanMs: HOUR })).toBe(0);
    clock.time += 2 * HOUR;
    expect(await removeStaleWorkspaces(deps(), { olderThanMs: HOUR })).toBe(1);
    expect(existsSync(session)).toBe(false);
  });

  it('does not mind a neighbour that removes the same ones at the same time', async () => {
    for (let count = 0; count < 40; count += 1) {
      const session = mkdtempSync(path.join(root, 'cmap-agent-'));
      for (let file = 0; file < 20; file += 1) writeFileSync(path.join(session, `f${file}`), '');
    }
    clock.time = Date.now() + 2 * HOUR;
    await Promise.all([1, 2, 3].map(() => removeStaleWorkspaces(deps(), { olderThanMs: HOUR })));
    expect(readdirSync(root)).toEqual([]);
  });

  it('leaves other directories alone, and does not mind that there is no root yet', async () => {
    mkdirSync(path.join(root, 'other'));
    clock.time += 100 * HOUR;
    expect(await removeStaleWorkspaces(deps(), { olderThanMs: HOUR })).toBe(0);
    expect(await removeStaleWorkspaces(deps({ root: path.join(root, 'missing') }), { olderThanMs: HOUR })).toBe(0);
  });
});
