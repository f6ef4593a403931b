import { expect, it } from 'vitest';

import { selectInstructions } from './repository-instructions.ts';

const file = (path: string, content = `text of ${path}`) => ({ path, content });
const scoped = (path: string, applyTo: string) => file(path, `---\napplyTo: ${applyTo}\n---\ntext of ${path}`);
const pathsOf = (files: { path: string; content: string }[], changed?: string[]) =>
  selectInstructions(files, changed).instructions.map(({ path }) => path);

it('reads the nearest last, because the last one wins', () => {
  const files = [
    file('src/api/AGENTS.md'),
    file('AGENTS.md'),
    file('src/AGENTS.md'),
    file('.github/copilot-instructions.md'),
  ];

  expect(pathsOf(files)).toEqual([
    '.github/copilot-instructions.md',
    'AGENTS.md',
    'src/AGENTS.md',
    'src/api/AGENTS.md',
  ]);
});

it('says why a file was not read', () => {
  const files = [file('AGENTS.md'), { path: 'docs/CLAUDE.md', leftOut: 'it is no text' }];
  expect(selectInstructions(files)).toMatchObject({
    instructions: [{ path: 'AGENTS.md' }],
    warnings: ['docs/CLAUDE.md is left out: it is no text.'],
  });
});

it.each([
  { changed: undefined, paths: ['AGENTS.md', 'src/AGENTS.md', 'web/CLAUDE.md'] },
  { changed: ['src/a.ts'], paths: ['AGENTS.md', 'src/AGENTS.md'] },
  { changed: ['src/.hidden/a.ts', 'web/x.css'], paths: ['AGENTS.md', 'src/AGENTS.md', 'web/CLAUDE.md'] },
  { changed: ['readme.md'], paths: ['AGENTS.md'] },
])('nested files concern what lies below them: $changed', ({ changed, paths }) => {
  expect(pathsOf([file('AGENTS.md'), file('src/AGENTS.md'), file('web/CLAUDE.md')], changed)).toEqual(paths);
});

it.each([
  { applyTo: '"**/*.ts"', changed: ['src/a.ts'], concerned: true },
  { applyTo: '"**/*.ts"', changed: ['a.py'], concerned: false },
  { applyTo: '"docs/**, **/*.md"', changed: ['x/readme.md'], concerned: true },
  { applyTo: '[docs/**, lib/**]', changed: ['lib/a'], concerned: true },
  { applyTo: '"**/*.{ts,tsx}"', changed: ['src/a.ts'], concerned: true },
  { applyTo: '"**/*.{ts,tsx}"', changed: ['src/a.tsx'], concerned: true },
  { applyTo: '"**/*.{ts,tsx}"', changed: ['src/a.js'], concerned: false },
  { applyTo: '"**/*.{ts,tsx},docs/**"', changed: ['docs/a.md'], concerned: true },
  { applyTo: '**/*.ts,**/*.tsx', changed: ['a.tsx'], concerned: true },
  { applyTo: '"src/@(a|b,c)/**"', changed: ['src/a/x'], concerned: true },
  { applyTo: '["**/*.{js,jsx}", "lib/**"]', changed: ['a.jsx'], concerned: true },
  { applyTo: '"**"', changed: ['anything'], concerned: true },
  { applyTo: '"**/*.ts"', changed: undefined, concerned: true },
])('applyTo $applyTo, changed $changed: $concerned', ({ applyTo, changed, concerned }) => {
  const found = pathsOf([scoped('.github/instructions/a.instructions.md', applyTo)], changed);

  expect(found.length === 1).toBe(concerned);
});

it('names skills and agents without taking them in', () => {
  const head = '---\nname: release\ndescription: How to cut a release\n---\nlong text';
  const { instructions } = selectInstructions([
    file('.github/skills/release/SKILL.md', head),
    file('.claude/skills/release/SKILL.md', head),
    file('.github/agents/tester.agent.md', '---\ndescription: Writes tests\n---\n'),
    file('.claude/agents/doc.md', '---\nname: doc\ndescription: Writes papers\n---\n'),
  ]);

  expect(instructions).toEqual([
    { kind: 'agent', path: '.claude/agents/doc.md', name: 'doc', description: 'Writes papers', text: '' },
    {
      kind: 'skill',
      path: '.claude/skills/release/SKILL.md',
      name: 'release',
      description: 'How to cut a release',
      text: 'long text',
    },
    { kind: 'agent', path: '.github/agents/tester.agent.md', name: 'tester', description: 'Writes tests', text: '' },
  ]);
});

it.each(['[id]', '(group)', 'a{b}c', '!x'])(
  'a nested file in a directory called %s concerns what lies in it',
  (name) => {
    expect(pathsOf([file(`app/${name}/AGENTS.md`)], [`app/${name}/page.tsx`])).toHaveLength(1);
    expect(pathsOf([file(`app/${name}/AGENTS.md`)], ['app/i/page.tsx'])).toEqual([]);
  },
);

const described = '---\nname: x\ndescription: does x\n---\nbody';
it.each([
  { path: 'GEMINI.md', content: 'text' },
  { path: '.agents/skills/x/SKILL.md', content: described },
  { path: '.github/skills/group/x/SKILL.md', content: described },
  { path: '.agents/agents/x.md', content: described },
  { path: '.github/agents/x.md', content: described },
])('uses $path', ({ path, content }) => {
  expect(selectInstructions([file(path, content)])).toMatchObject({ instructions: [{ path }], warnings: [] });
});

it('names a file that is listed and not used', () => {
  expect(selectInstructions([file('.github/instructions/style.md')])).toEqual({
    instructions: [],
    warnings: [
      '.github/instructions/style.md is not used: names of instruction files end in .instructions.md, and a skill is a SKILL.md in a directory of its own.',
    ],
  });
});

it.each([
  { content: 'no head at all', warning: '.github/agents/a.agent.md is left out: it has no description.' },
  {
    content: '---\nname: [a]\ndescription: b\n---',
    warning: '.github/agents/a.agent.md is left out: name is not a text.',
  },
  {
    content: '---\nname: a',
    warning: '.github/agents/a.agent.md is left out: the head that begins with --- is not closed.',
  },
])('passes over an invalid agent with a warning: $content', ({ content, warning }) => {
  expect(selectInstructions([file('.github/agents/a.agent.md', content), file('AGENTS.md')])).toEqual({
    instructions: [{ kind: 'guidance', path: 'AGENTS.md', text: 'text of AGENTS.md' }],
    warnings: [warning],
  });
});

it('takes one of two files with the same text', () => {
  expect(pathsOf([file('CLAUDE.md', 'same\n'), file('AGENTS.md', 'same')])).toEqual(['AGENTS.md']);
});

it('passes over files that are no instructions, and empty ones', () => {
  expect(pathsOf([file('docs/agents.md'), file('.github/instructions/readme.md'), file('AGENTS.md', '\n')])).toEqual(
    [],
  );
});

it('cuts a large file, and leaves out what no longer fits, with warnings', () => {
  const files = ['a', 'b', 'c', 'd'].map((name) => file(`${name}/AGENTS.md`, name.repeat(30_000)));

  const { instructions, warnings } = selectInstructions(files);

  expect(instructions.map(({ path }) => path)).toEqual(['a/AGENTS.md', 'b/AGENTS.md', 'c/AGENTS.md']);
  expect(warnings).toEqual([
    'a/AGENTS.md is cut: 20000 of 30000 characters are used.',
    'b/AGENTS.md is cut: 20000 of 30000 characters are used.',
    'c/AGENTS.md is cut: 20000 of 30000 characters are used.',
    'd/AGENTS.md is left out: there are more than 60000 characters of instructions.',
  ]);
});

it('removes what people cannot see', () => {
  const [instruction] = selectInstructions([file('AGENTS.md', 'Use tabs.\u202e\u{e0041}')]).instructions;

  expect(instruction).toMatchObject({ text: 'Use tabs.' });
});
