import { expect, it } from 'vitest';
import { parseRuntimeMapping } from '../../../shared/domain/mapping/source/parse-runtime-mapping.ts';
import { createMemoryIO, type MemoryIOOptions } from '../../../test/doubles/memory-io.ts';
import { init } from './init.ts';
import { renderJson } from './render-json.ts';
import { show } from './show.ts';
import { validate } from './validate.ts';

const MAP = `defaults:
  instructions:
    all: { file: house.md }
bindings:
  - jira_project: PROJ
    repo: group/app
    instructions:
      all: Write tests.
      coding:
        file: texts/coding.md
`;

const TEXTS = { 'house.md': 'Be brief.\n', 'texts/coding.md': 'One idea\nper commit.\n' };

function ioWith(files: Record<string, string> = TEXTS, more: MemoryIOOptions = {}) {
  return createMemoryIO({ files: { 'cmap.yaml': MAP, ...files }, ...more });
}

async function problemsOf(files: Record<string, string>, more: MemoryIOOptions = {}) {
  const io = ioWith(files, more);
  expect(await validate({ paths: ['cmap.yaml'], checkEnv: false, json: false }, io)).toBe(1);
  return io.stderr.split('\n').filter((line) => /^\S+:\d+:\d+:/.test(line));
}

async function render(io = ioWith(), path = 'cmap.yaml') {
  const code = await renderJson({ paths: [path], compact: false, json: false }, io);
  expect([code, io.stderr]).toEqual([0, '']);
  return parseRuntimeMapping(io.stdout);
}

it('puts the text of a file in place of its name, the one of the company first', async () => {
  const parsed = await render();
  expect(parsed).toMatchObject({
    bindings: [{ instructions: { all: 'Be brief.\n\nWrite tests.', coding: 'One idea\nper commit.' } }],
  });
});

it('reads files beside the map, wherever it lies, and those of each map of a folder', async () => {
  const one = (key: string, file: string) =>
    `bindings:\n  - { jira_project: ${key}, repo: group/${key}, instructions: { review: { file: ${file} } } }\n`;
  const files = {
    'maps/a.yaml': one('AAA', 'a.md'),
    'maps/b.yaml': one('BBB', 'texts/b.md'),
    'maps/a.md': 'For A.',
    'maps/texts/b.md': 'For B.',
  };
  expect(await render(createMemoryIO({ files }), 'maps')).toMatchObject({
    bindings: [{ instructions: { review: 'For A.' } }, { instructions: { review: 'For B.' } }],
  });
});

it('reads a file as PowerShell and Notepad write one', async () => {
  const binary = {
    'house.md': Buffer.from('\ufeffBe brief.\r\nBe kind.\r\n', 'utf16le'),
    'texts/coding.md': Buffer.from('\ufeffGrüße.\r\n'),
  };
  expect(await render(ioWith({}, { binary }))).toMatchObject({
    bindings: [{ instructions: { all: 'Be brief.\nBe kind.\n\nWrite tests.', coding: 'Grüße.' } }],
  });
});

it('renders a file and the one of the company together, each as long as it may be', async () => {
  const files = { 'house.md': 'h'.repeat(20_000), 'texts/coding.md': 'c'.repeat(20_000), 'own.md': 'o'.repeat(20_000) };
  const io = ioWith({ ...files, 'cmap.yaml': MAP.replace('all: Write tests.', 'all: { file: own.md }') });
  const parsed = await render(io);
  expect('bindings' in parsed && parsed.bindings[0]?.instructions?.all).toHaveLength(40_002);
});

it.each([
  {
    name: 'is missing',
    files: { 'house.md': 'x' },
    says: 'cmap.yaml:10:9: binding 1 (PROJ): instructions.coding: "texts/coding.md" cannot be read: no such file',
  },
  {
    name: 'is empty',
    files: { ...TEXTS, 'house.md': ' \n' },
    says: 'cmap.yaml:3:10: defaults: instructions.all: "house.md" is empty',
  },
  {
    name: 'is too long',
    files: { ...TEXTS, 'house.md': 'x'.repeat(20_001) },
    says: 'cmap.yaml:3:10: defaults: instructions.all: "house.md" has 20001 characters; an instruction is at most 20000',
  },
  {
    name: 'holds a token',
    files: { ...TEXTS, 'house.md': 'Use glpat-ABCDEFGHIJ1234567890.' },
    says: expect.stringMatching(/^cmap\.yaml:3:10: defaults: .*; it stands in "house\.md"$/),
  },
  {
    name: 'holds what cannot be seen',
    files: { ...TEXTS, 'house.md': 'Be\u202E brief.' },
    says: expect.stringMatching(/^cmap\.yaml:3:10: defaults: .*U\+202E.*; it stands in "house\.md"$/),
  },
])('refuses a file that $name, by its name and the line of the map', async ({ files, says }) => {
  expect(await problemsOf(files)).toEqual([says]);
});

it('refuses a file that is no text', async () => {
  const [problem] = await problemsOf(TEXTS, { binary: { 'house.md': Buffer.from([0x41, 0x0a, 0xfc]) } });
  expect(problem).toContain('"house.md" cannot be read: line 2, column 1: the byte 0xFC is not UTF-8');
});

it.each(['/etc/passwd', '../secret.md', 'texts/../../secret.md', 'C:\\secret.md', './house.md', 'texts/'])(
  'takes no file from elsewhere: %s',
  async (file) => {
    const problems = await problemsOf({ 'cmap.yaml': MAP.replace('{ file: house.md }', `{ file: '${file}' }`) });
    expect(problems.join()).toContain('must be a file in the folder of the map or below it');
  },
);

it('finds no file for a map that has no folder, or that was rendered already', async () => {
  const io = createMemoryIO({ stdin: MAP });
  expect(await validate({ paths: ['-'], checkEnv: false, json: false }, io)).toBe(1);
  expect(io.stderr).toContain('a map from standard input has no folder');
  const rendered = { mappings: { PROJ: { repo: 'group/app', instructions: { all: { file: 'house.md' } } } } };
  expect(parseRuntimeMapping(JSON.stringify(rendered))).toEqual({
    problems: [{ where: 'mappings.PROJ', message: expect.stringContaining('use what `cmap render-json` prints') }],
  });
});

it('keeps what is typed into a map short, and says where longer texts go', async () => {
  const typed = MAP.replace('Write tests.', 'x'.repeat(4001));
  expect(await problemsOf({ ...TEXTS, 'cmap.yaml': typed })).toEqual([
    'cmap.yaml:8:12: binding 1 (PROJ): instructions.all must be at most 4000 characters; put more into a file beside the map and write { file: NAME }',
  ]);
});

it('shows which texts stand in which files', async () => {
  const io = ioWith();
  expect(await show({ path: 'cmap.yaml', json: false }, io)).toBe(0);
  expect(io.stdout).toContain(`Instructions in files:
- defaults: instructions.all is house.md
- binding 1 (PROJ): instructions.coding is texts/coding.md
`);
});

it('adds a binding to a map that names files', async () => {
  const io = ioWith(TEXTS, { cwd: '/nowhere' });
  const options = {
    path: 'cmap.yaml',
    jiraProject: 'OPS',
    repo: 'group/ops',
    reviewsOnly: false,
    yes: true,
    dryRun: true,
    json: false,
  };
  expect(await init(options, io)).toBe(0);
  expect(io.stdout).toContain('file: house.md');
});
