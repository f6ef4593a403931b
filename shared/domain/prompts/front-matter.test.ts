import { expect, it } from 'vitest';

import { parseFrontMatter } from './front-matter.ts';

it.each([
  { head: 'applyTo: "**/*.ts, src/**"', fields: { applyTo: '**/*.ts, src/**' } },
  { head: "name: 'a'\ndescription: b: c", fields: { name: 'a', description: 'b: c' } },
  { head: 'tools: [read, "edit"]', fields: { tools: ['read', 'edit'] } },
  { head: 'applyTo:\n  - a\n  - "b"', fields: { applyTo: ['a', 'b'] } },
  { head: '# a remark\n\nname: x\nextra:\n  nested: y', fields: { name: 'x', extra: '' } },
])('reads $head', ({ head, fields }) => {
  expect(parseFrontMatter(`---\n${head}\n---\nbody`)).toEqual({ fields, body: 'body' });
});

it('finds no fields where there is no head', () => {
  expect(parseFrontMatter('# Title\n---\nx')).toEqual({ fields: {}, body: '# Title\n---\nx' });
});

it.each(['---\nname: x\nbody', '---\nthis is prose\n---\n', '---\n- item\n---\n'])('refuses %j', (content) => {
  expect(() => parseFrontMatter(content)).toThrow(SyntaxError);
});
