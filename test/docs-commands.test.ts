import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { COMMAND_GROUPS } from '../cli/command-groups.ts';
import { commandName } from '../cli/command-line/check-command-line.ts';
import { runProgram } from '../cli/program.ts';
import { readDeployOptions } from '../scripts/deploy/options.ts';
import { createMemoryIO } from './doubles/memory-io.ts';
import { parseHcl } from './parse-hcl.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
// What a release was says what its commands were.
const pages = globSync(['README.md', 'CONTRIBUTING.md', '{docs,infra}/**/*.md'], { cwd: root }).filter(
  (page) => !page.startsWith('docs/adr'),
);

/** Blocks and words of a page that are set as code, with lines that go on in the next one made whole. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/(?:^ {4,}\S.*\n)+/gm)].flatMap(([block]) =>
    block.replaceAll(/\\\n\s*/g, ' ').split('\n'),
  );
  return [...blocks, ...[...text.matchAll(/`([^`]+)`/g)].map(([, words = '']) => words.replaceAll(/\s+/g, ' '))];
}

const lines = pages.flatMap((page) => codeOf(read(page)).map((line) => ({ page, line: line.trim() })));
const find = (words: RegExp) =>
  lines.flatMap(({ page, line }) => [...line.matchAll(words)].map(([, found = '']) => ({ page, found })));

describe('what the pages tell people to type', () => {
  it('as `npm run` is a script', () => {
    const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
    const named = find(/\bnpm run (?:-s )?([a-z][a-z0-9:-]*)/g);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ found }) => !scripts.includes(found))).toEqual([]);
  });

  it('as an output of Terraform is one', () => {
    const outputs = parseHcl(read('infra/outputs.tf')).blocks.map(({ labels }) => labels[0] ?? '');
    const named = find(/terraform -chdir=infra output (?:-raw |-json )?([a-z]\w*)/g);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ found }) => !outputs.includes(found))).toEqual([]);
  });

  it('as `npm run deploy` is understood', () => {
    const named = find(/npm run deploy -- ([^;#&|]+?)(?:$|\s{2,}| > )/g);
    expect(named.length).toBeGreaterThan(5);
    for (const { found, page } of named) expect(() => readDeployOptions(found.trim().split(/\s+/)), page).not.toThrow();
  });

  it('as `cmap` is a command with these options', async () => {
    const names = COMMAND_GROUPS.flatMap(({ commands }) => commands).map(commandName);
    const groups = names.map((name) => name.split(' ')[0] ?? '');
    const known = new Set([...names, ...groups, 'help', 'COMMAND']);
    const named = find(/^(?:npx )?cmap (?:--env \S+ )?([a-z].*)$/g);
    expect(named.length).toBeGreaterThan(80);
    const wrong: string[] = [];
    for (const { page, found } of named) {
      const words = found.split(/\s+/);
      const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((one) => known.has(one));
      const options = [...found.replace(/ (?:#|&&|\||>|,|or|and|with) .*$/, '').matchAll(/ (--[a-z-]+)/g)];
      if (name === undefined) wrong.push(`${page}: ${found}`);
      else if (names.includes(name))
        wrong.push(...(await unknownOptions(name, options)).map((one) => `${page}: ${name} ${one}`));
    }
    expect(wrong).toEqual([]);
  });

  it('as a mapping is one: every block of the README', async () => {
    const blocks = [...read('README.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);
    expect(blocks.length).toBeGreaterThan(0);
    for (const text of blocks)
      expect(await runProgram(['validate', 'cmap.yaml'], createMemoryIO({ files: { 'cmap.yaml': text } }))).toBe(0);
  });
});

/** Options that the help of a command does not name. */
async function unknownOptions(name: string, options: RegExpMatchArray[]): Promise<string[]> {
  const io = createMemoryIO({ files: {} });
  await runProgram([...name.split(' '), '--help'], io);
  const everywhere = ['--help', '--json', '--env'];
  return options
    .map(([, option = '']) => option)
    .filter((one) => !everywhere.includes(one) && !io.stdout.includes(one));
}
