import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findLayerViolations, type LayerViolation } from '../scripts/check-layers.ts';

const root = path.resolve(import.meta.dirname, '..');
const HOUSES = ['functions', 'shared', 'runner-container', 'cli', 'sandbox'];
const PLANTED = 'planted-import.ts';

let copy: string;
let rooms: string[];
let violations: LayerViolation[];

beforeAll(async () => {
  copy = await mkdtemp(path.join(tmpdir(), 'layers-'));
  for (const name of [...HOUSES, 'test', 'scripts', 'package.json', 'vitest.config.ts']) {
    await cp(path.join(root, name), path.join(copy, name), { recursive: true });
  }
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  rooms = await listRooms();
  for (const room of rooms) await plant(room, `import '${forbiddenFor(room)}';\n`);
  await plant('shared/attic', "import '../kernel/clock.ts';\n");
  await plant('shared/domain/tasks', "import 'node:fs';\n", 'planted-reading.ts');
  await plant('shared/services/runs', "import 'a-new-library';\n", 'planted-library.ts');
  await plant('shared/kernel', "import '../domain/runs/run.ts';\n", 'planted-upward.ts');
  await plant('shared/domain/runs', "import '../tasks/plan-review.ts';\n", 'planted-ring.ts');
  await plant('cli/io', "import './planted/planted-below.ts';\n", 'planted-above.ts');
  await plant('cli/io/planted', "import '../io.ts';\n", 'planted-below.ts');
  await plant('cli/output', "import './planted-two.ts';\n", 'planted-one.ts');
  await plant('cli/output', "import './planted-one.ts';\n", 'planted-two.ts');
  violations = await findLayerViolations(copy);
});

afterAll(() => rm(copy, { recursive: true, force: true }));

describe('the layers', () => {
  it('hold in the tree as it is', async () => {
    expect(await findLayerViolations(root)).toEqual([]);
  });

  it('refuse an import that is planted in each room', () => {
    const refused = new Set(violations.map(({ from }) => from));
    expect(rooms.length).toBeGreaterThan(60);
    expect(rooms.filter((room) => !refused.has(`${room}/${PLANTED}`))).toEqual([]);
  });

  it.each([
    ['a room that no line names', 'shared/attic/planted-import.ts', 'not-in-allowed'],
    ['files read by a pure room', 'shared/domain/tasks/planted-reading.ts', 'no-way-around-a-port'],
    ['a library that no line names', 'shared/services/runs/planted-library.ts', 'not-in-allowed'],
    ['an import from below to above', 'shared/kernel/planted-upward.ts', 'not-in-allowed'],
    ['a ring of folders', 'shared/domain/runs', 'no-ring-of-folders'],
    ['a ring of a folder and one below it', 'cli/io', 'no-ring-of-folders'],
    ['a ring of files', 'cli/output/planted-one.ts', 'no-ring-of-files'],
  ])('refuse %s', (_name, from, rule) => {
    expect(violations).toContainEqual(expect.objectContaining({ from, rule }));
  });
});

/** Every folder of the product and the sandbox that holds TypeScript. */
async function listRooms(): Promise<string[]> {
  const found = new Set<string>();
  for (const house of HOUSES) {
    for (const entry of await readdir(path.join(copy, house), { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && entry.name.endsWith('.ts')) found.add(path.relative(copy, entry.parentPath));
    }
  }
  return [...found].sort();
}

/** The product may not import the sandbox, and the sandbox no test code. */
function forbiddenFor(room: string): string {
  const target = room.startsWith('sandbox') ? 'test/doubles/manual-clock.ts' : 'sandbox/start/main.ts';
  return path.relative(room, target);
}

async function plant(room: string, text: string, name = PLANTED): Promise<void> {
  await mkdir(path.join(copy, room), { recursive: true });
  await writeFile(path.join(copy, room, name), text);
}
