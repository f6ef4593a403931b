import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { COMMAND_GROUPS } from '../../command-groups.ts';
import { commandName } from '../../command-line/check-command-line.ts';
import { formatEnvironments } from '../../environments/environments-file.ts';
import { runProgram } from '../../program.ts';

const COMMANDS = COMMAND_GROUPS.flatMap(({ commands }) => commands);
const NAMES = COMMANDS.map(commandName);

const LINES = [
  { line: 'cmap|val', words: ['validate'] },
  { line: 'cmap help queue|sh', words: ['show'] },
  { line: 'cmap --json queue|dr', words: ['drop'] },
  { line: 'cmap run ls --kind x run|--fai', words: ['--failed'] },
  // Bash completes files here.
  { line: 'cmap validate|', words: [] },
  { line: 'cmap run ls --kind|', words: [] },
  { line: 'cmap env use|', words: ['prod', 'test'] },
  { line: 'cmap --env|pr', words: ['prod'] },
  { line: 'cmap --env prod run|ca', words: ['cancel'] },
  // The environment of a GitLab deployment.
  { line: 'cmap audit run --env|', words: [] },
];

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'cmap-completion-'));
  mkdirSync(path.join(home, 'cmap'));
  const one = { settings: { GITLAB_URL: 'https://gitlab.example.com' }, secrets: {} };
  const byName = new Map([
    ['prod', one],
    ['test', one],
  ]);
  writeFileSync(path.join(home, 'cmap/environments.json'), formatEnvironments({ current: 'prod', byName }));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What a real bash completes after each of these lines, `|` before the word that is being typed. */
function completeInBash(script: string, lines: readonly string[]): string[][] {
  const program = `${script}
while IFS='|' read -r before current; do
  COMP_WORDS=($before "$current")
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _cmap
  echo "\${COMPREPLY[*]}"
done`;
  const input = `${lines.join('\n')}\n`;
  const output = execFileSync('bash', ['--norc', '-u', '-c', program], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: home },
  });
  return output
    .split('\n')
    .slice(0, lines.length)
    .map((line) => line.split(' ').filter(Boolean));
}

it('completes every command and every option of the table in a real bash', async () => {
  const io = createMemoryIO();
  expect(await runProgram(['completion', 'bash'], io)).toBe(0);
  const firsts = [...new Set(NAMES.map((name) => name.split(' ')[0] ?? ''))];
  const groups = firsts.filter((first) => NAMES.some((name) => name.startsWith(`${first} `)));
  const asked = [
    { line: 'cmap|', words: [...firsts.toSorted(), 'help', 'version'] },
    ...groups.map((group) => ({
      line: `cmap ${group}|`,
      words: NAMES.filter((name) => name.startsWith(`${group} `)).map((name) => name.split(' ')[1] ?? ''),
    })),
    ...COMMANDS.map(({ usage, options = [] }) => ({
      line: `cmap ${commandName({ usage })}|-`,
      words: [
        ...new Set([...options.map(([flag]) => flag.split(' ')[0] ?? ''), '--env']),
        '--json',
        '-h',
        '--help',
        '-v',
        '--version',
      ],
    })),
    ...LINES,
  ];
  const words = completeInBash(
    io.stdout,
    asked.map(({ line }) => line),
  );
  expect(asked.map(({ line }, at) => ({ line, words: words[at] }))).toEqual(asked);
});
