import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { COMMAND_GROUPS } from '../../command-groups.ts';
import { commandName } from '../../command-line/check-command-line.ts';
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
];

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
  const output = execFileSync('bash', ['--norc', '-u', '-c', program], { input, encoding: 'utf8' });
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
      words: [...options.map(([flag]) => flag.split(' ')[0] ?? ''), '--json', '-h', '--help', '-v', '--version'],
    })),
    ...LINES,
  ];
  const words = completeInBash(
    io.stdout,
    asked.map(({ line }) => line),
  );
  expect(asked.map(({ line }, at) => ({ line, words: words[at] }))).toEqual(asked);
});
