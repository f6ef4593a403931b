import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMAND_GROUPS } from '../cli/command-groups.ts';
import { commandName } from '../cli/command-line/check-command-line.ts';
import { GLOBAL_OPTIONS } from '../cli/command-line/global-options.ts';
import { parseMapping } from '../shared/domain/mapping/source/parse-mapping.ts';

const root = path.resolve(import.meta.dirname, '..');
const pages = globSync(['*.md', 'docs/**/*.md', 'infra/README.md', 'infra/helm/**/*.md'], { cwd: root })
  // Of the past, and of decisions that were made then.
  .filter((page) => page !== 'CHANGELOG.md' && !page.startsWith(path.join('docs', 'adr')));
const read = (page: string) => readFileSync(path.join(root, page), 'utf8');

const COMMANDS = COMMAND_GROUPS.flatMap(({ commands }) => commands);
/** What the program answers without a command, and words that stand for any. */
const OTHERS = /^(?:help|version|COMMAND|--help|--env|--version)\b/;

/** The command lines of a page: what stands in its code after `cmap`. */
function commandLinesOf(text: string): string[] {
  const pieces = [...text.matchAll(/^```.*\n([\s\S]*?)^```|^ {4}(?! )(.+)$|`([^`\n]+)`/gm)];
  return pieces
    .flatMap(([, block, line, span]) => (block ?? line ?? span ?? '').split('\n'))
    .flatMap((line) => [...line.matchAll(/(?<![\w./@-]|install )cmap (?=[a-zA-Z])([^|&;#,`]*)/g)])
    .map(([, words = '']) => words.trim());
}

/** What is wrong with a command line; `undefined` when the program has that command with these options. */
function judge(line: string): string | undefined {
  if (OTHERS.test(line)) return undefined;
  const command = COMMANDS.filter((one) => line === commandName(one) || line.startsWith(`${commandName(one)} `)).at(-1);
  const isGroup = COMMANDS.some(
    (one) => commandName(one) === line.split(' ').slice(0, 2).join(' ') || commandName(one).startsWith(`${line} `),
  );
  if (!command) return isGroup ? undefined : 'no such command';
  const known = [...(command.options ?? []), ...GLOBAL_OPTIONS].flatMap(([flag]) => flag.match(/--[\w-]+/g) ?? []);
  const unknown = (line.match(/(?<!\S)\[?--[a-z][\w-]*/g) ?? [])
    .map((flag) => flag.replace('[', ''))
    .find((flag) => !known.includes(flag));
  return unknown === undefined ? undefined : `no such option: ${unknown}`;
}

it('shows no command and no option that the program does not have', () => {
  const lines = pages.flatMap((page) => commandLinesOf(read(page)).map((line) => ({ page, line })));
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.flatMap(({ page, line }) => (judge(line) ? [`${page}: cmap ${line}: ${judge(line)}`] : []))).toEqual([]);
});

it('would notice one', () => {
  expect(judge('frobnicate cmap.yaml')).toBe('no such command');
  expect(judge('run ls --faild')).toBe('no such option: --faild');
});

describe.each(pages.filter((page) => /^```yaml\n(?:# yaml.*\n)?(?:defaults|bindings):/m.test(read(page))))(
  '%s',
  (page) => {
    const samples = [...read(page).matchAll(/^```yaml\n((?:# yaml.*\n)?(?:defaults|bindings):[\s\S]*?)^```/gm)].map(
      ([, yaml = '']) => yaml,
    );

    it.each(samples)('shows a mapping that is valid: %#', (yaml) => {
      const parsed = parseMapping(yaml);
      expect('problems' in parsed ? parsed.problems : []).toEqual([]);
    });
  },
);
