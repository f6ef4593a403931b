import { expect, it } from 'vitest';

import { parseFrontMatter } from './front-matter.ts';

it.each([
  { head: 'applyTo: "**/*.ts, src/**"', fields: { applyTo: '**/*.ts, src/**' } },
  { head: "name: 'a'\ndescription: b: c", fields: { name: 'a', description: 'b: c' } },
  { head: 'tools: [read, "edit"]', fields: { tools: ['read', 'edit'] } },
  { head: 'applyTo:\n  - a\n  - "b"', fields: { applyTo: ['a', 'b'] } },
  { head: 'applyTo: **/*.{ts,tsx}', fields: { applyTo: '**/*.{ts,tsx}' } },
  { head: 'description: >-\n  two\n  lines\nname: |\n  kept', fields: { description: 'two lines', name: 'kept' } },
  { head: "description: 'it''s \"fine\"' # said", fields: { description: 'it\'s "fine"' } },
  { head: 'name: yes\nversion: 1.0\nempty:', fields: { name: 'yes', version: '1.0', empty: '' } },
  { head: 'tools: [a, b] # both', fields: { tools: ['a', 'b'] } },
  { head: 'a: &x one\nb: *x', fields: { a: 'one', b: 'one' } },
  { head: 'name: `x` and @y', fields: { name: '`x` and @y' } },
  { head: '', fields: {} },
  { head: '# a remark\n\nname: x\nextra:\n  nested: y', fields: { name: 'x', extra: '' } },
])('reads $head', ({ head, fields }) => {
  expect(parseFrontMatter(`---\n${head}\n---\nbody`)).toEqual({ fields, body: 'body' });
});

it('finds no fields where there is no head', () => {
  expect(parseFrontMatter('# Title\n---\nx')).toEqual({ fields: {}, body: '# Title\n---\nx' });
});

it.each(['---\nname: x\nbody', '---\nthis is prose\n---\n', '---\n- item\n---\n', '---\nname: [a\n---\n'])(
  'refuses %j',
  (content) => {
    expect(() => parseFrontMatter(content)).toThrow(SyntaxError);
  },
);
