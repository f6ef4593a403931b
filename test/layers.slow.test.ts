import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findLayerViolations, type LayerViolation } from '../scripts/check-layers.ts';

const root = path.resolve(import.meta.dirname, '..');
const HOUSES = ['functions', 'shared', 'runner-container', 'cli', 'sandbox'];
const PLANTED = 'planted-import.ts';

/** A file of each layer, from below to above, and of each program: written out here, apart from the rules. */
const LAYERS = [
  ['shared/kernel', 'shared/kernel/clock.ts'],
  ['shared/domain', 'shared/domain/runs/run.ts'],
  ['shared/adapters', 'shared/adapters/http/list-of.ts'],
  ['shared/services', 'shared/services/outbound/announce-run.ts'],
  ['shared/app', 'shared/app/create-gitlab-pool.ts'],
] as const;
const PROGRAMS = [
  ['functions', 'functions/http/webhook-handler.ts'],
  ['runner-container', 'runner-container/process/run-process.ts'],
  ['cli', 'cli/output/shorten-ids.ts'],
] as const;
const SANDBOX = ['sandbox', 'sandbox/start/main.ts'] as const;
const TEST_CODE = ['test', 'test/doubles/manual-clock.ts'] as const;
const HOMES = [...LAYERS, ...PROGRAMS, SANDBOX];

let copy: string;
let rooms: string[];
let violations: LayerViolation[];

beforeAll(async () => {
  copy = await mkdtemp(path.join(tmpdir(), 'layers-'));
  for (const name of [...HOUSES, 'test', 'scripts', 'package.json', 'vitest.config.ts']) {
    // Half of all files; the tree as it is is looked at with them.
    const filter = (file: string) => !file.endsWith('.test.ts');
    await cp(path.join(root, name), path.join(copy, name), { recursive: true, filter });
  }
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  rooms = await listRooms();
  for (const room of rooms) await plant(room, importsOf(room, listForbidden(room)));
  for (const [home] of HOMES) {
    await plant(`${home}/attic`, importsOf(`${home}/attic`, ['shared/kernel/clock.ts']), 'planted-new.ts');
    await plant(home, "import './attic/planted-new.ts';\n", 'planted-use-of-new.ts');
  }
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

  it('refuse from each room an import of every layer above it, of every other program and of the sandbox', () => {
    const refused = new Set(violations.map(({ from, to }) => `${from} -> ${to}`));
    const expected = rooms.flatMap((room) => listForbidden(room).map((to) => `${room}/${PLANTED} -> ${to}`));
    expect(rooms.length).toBeGreaterThan(60);
    expect(expected.filter((one) => !refused.has(one))).toEqual([]);
  });

  it.each(HOMES)('refuse a new folder of %s, what it imports and a use of it', (home) => {
    const [folder, beside] = [`${home}/attic/planted-new.ts`, `${home}/planted-use-of-new.ts`];
    const rule = 'not-in-allowed';
    expect(violations).toContainEqual(expect.objectContaining({ from: folder, to: 'shared/kernel/clock.ts', rule }));
    expect(violations).toContainEqual(expect.objectContaining({ from: beside, to: folder, rule }));
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

/**
 * A file of each home that a room may not import: a layer none above it, a program no other, the product no sandbox,
 * and the sandbox no test code.
 */
function listForbidden(room: string): string[] {
  const isIn = ([home]: readonly [string, string]) => `${room}/`.startsWith(`${home}/`);
  const layer = LAYERS.findIndex(isIn);
  const above = layer < 0 ? [] : LAYERS.slice(layer + 1);
  const forbidden = isIn(SANDBOX) ? [TEST_CODE] : [...above, ...PROGRAMS.filter((one) => !isIn(one)), SANDBOX];
  return forbidden.map(([, file]) => file);
}

function importsOf(room: string, files: readonly string[]): string {
  return files.map((file) => `import '${path.relative(room, file)}';\n`).join('');
}

async function plant(room: string, text: string, name = PLANTED): Promise<void> {
  await mkdir(path.join(copy, room), { recursive: true });
  await writeFile(path.join(copy, room, name), text);
}
