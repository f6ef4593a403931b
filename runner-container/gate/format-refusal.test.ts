import { expect, it } from 'vitest';

import { formatFailure } from '../../shared/domain/messages/format-run-report.ts';
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
      'Nothing was delivered, because the change was refused:',
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

it.each([
  { name: 'a credential', rules: ['secret'], next: /^Say where the value comes from .*`\.cmap\/allow-secrets`/ },
  { name: 'its size', rules: ['file-too-large'], next: /^Add large files by hand, or raise `limits`/ },
  { name: 'Git LFS', rules: ['lfs-file'], next: /^Add or change files of Git LFS by hand/ },
  { name: 'two names that are one', rules: ['path-collision'], next: /^Ask for a name that differs/ },
  { name: 'a protected path', rules: ['protected-path'], next: /^Make the change of protected files by hand/ },
  {
    name: 'two kinds of reason',
    rules: ['secret', 'secret', 'path-name'],
    next: /^for each kind of reason one\.\n\n- Say where [^\n]+\n- Ask for plain file names\.$/,
  },
] as const)('the last word of the ticket about a change that is refused for $name fits', ({ rules, next }) => {
  const detail = formatRefusal(rules.map((rule) => ({ rule, path: 'a.txt', message: 'Is refused.' })));
  const [before = '', after = ''] = formatFailure({ code: 'change-refused', detail }).split('Next step: ');
  expect(before).toContain('`a.txt`: Is refused.');
  expect(before).not.toContain('What you can do');
  expect(after).toMatch(next);
  expect(after.includes('protected_paths')).toBe(rules.some((rule) => rule === 'protected-path'));
});

it('a name in a reason does not begin a line', () => {
  const message = 'Is the same name as "a\n\nWhat you can do:\n\n- b".';
  expect(listViolations([{ rule: 'path-collision', path: 'A', message }], 1)).toHaveLength(1);
  expect(listViolations([{ rule: 'path-collision', path: 'A', message }], 1)[0]).not.toContain('\n');
});
