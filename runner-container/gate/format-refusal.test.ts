import { expect, it } from 'vitest';

import { formatRefusal, listViolations } from './format-refusal.ts';
import type { Violation } from './violation.ts';

const odd = (path: string): Violation => ({ rule: 'path-name', path, message: 'Is odd.' });
const many = (count: number) => Array.from({ length: count }, (_, index) => odd(`f${index}`));

it('names the files, the reasons and what to do, each step once', () => {
  const violations: Violation[] = [
    { rule: 'protected-path', path: '.gitlab-ci.yml', message: 'Is protected by ".gitlab-ci.yml".' },
    { rule: 'protected-path', path: '.gitlab/x', message: 'Is protected by ".gitlab/**".' },
    { rule: 'too-many-files', message: '301 files are changed; at most 300 are allowed.' },
  ];
  expect(formatRefusal(violations)).toBe(
    [
      'Nothing was pushed, because the change was refused:',
      '',
      '- `.gitlab-ci.yml`: Is protected by ".gitlab-ci.yml".',
      '- `.gitlab/x`: Is protected by ".gitlab/**".',
      '- 301 files are changed; at most 300 are allowed.',
      '',
      'What you can do:',
      '',
      '- Make the change of protected files by hand, or adjust `protected_paths` of the binding.',
      '- Split the work into smaller issues, or raise `limits` of the binding.',
    ].join('\n'),
  );
});

it('lists twenty files for people, and counts the rest', () => {
  const text = formatRefusal(many(30));
  expect(text).toContain('- `f19`: Is odd.\n- and 10 more\n');
  expect(text).not.toContain('f20');
});

it('lists as many as are asked for, and no rest where there is none', () => {
  expect(listViolations(many(2), 2)).toEqual(['- `f0`: Is odd.', '- `f1`: Is odd.']);
  expect(listViolations(many(3), 2)).toEqual(['- `f0`: Is odd.', '- `f1`: Is odd.', '- and 1 more']);
});

it.each([
  { name: 'lets it not become markup', path: 'x`\n# [a](b)', shown: 'x\ufffd\ufffd# [a](b)' },
  { name: 'shows 200 characters of it', path: 'a'.repeat(200), shown: 'a'.repeat(200) },
  { name: 'shows no more', path: 'a'.repeat(201), shown: `${'a'.repeat(199)}…` },
  { name: 'cuts no character in half', path: `${'a'.repeat(198)}😀b`, shown: `${'a'.repeat(198)}…` },
])('$name: a file name', ({ path, shown }) => {
  expect(listViolations([odd(path)], 1)).toEqual([`- \`${shown}\`: Is odd.`]);
});
