import { expect, it } from 'vitest';
import { formatTable } from '../output/format-table.ts';
import { createCliIO, type HostProcess } from './io.ts';
import { terminalPrompts } from './prompts.ts';

/** A terminal that keeps what it is given. */
function createTerminal({ env = {}, columns = 0, isTTY = true } = {}) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    isTTY,
    columns,
    write(text: string) {
      written[name] += text;
      return true;
    },
  });
  // Only these fields are used.
  const host = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin: {},
    env,
    cwd: () => '/',
    pid: 1,
    platform: 'linux',
  } as unknown as HostProcess;
  return { io: createCliIO(host, terminalPrompts), written };
}

it.each([
  { name: 'clears the screen', text: '\u001b[2J' },
  { name: 'writes the clipboard', text: '\u001b]52;c;cm0gLXJm\u0007' },
  { name: 'begins with one character', text: '\u009b2J' },
  { name: 'hides the begin of its line', text: 'refused\rdone' },
  { name: 'deletes what stands before it', text: 'no\b\bok' },
])('gives a terminal nothing to obey that $name', ({ text }) => {
  const { io, written } = createTerminal();
  io.print(`summary   ${text}`);
  io.warn(`cannot read ${text}`);
  for (const shown of [written.stdout, written.stderr]) {
    expect(shown).toContain('\uFFFD');
    expect(shown.replace(/\n$/, '')).not.toMatch(/\p{Cc}/u);
  }
});

it('keeps lines, tabs and bold headings as they are', () => {
  const { io, written } = createTerminal();
  const table = formatTable(['A', 'B'], [['1', 'é\t2']], { color: io.color });
  io.print(table);
  expect(written.stdout).toBe(`${table}\n`);
  expect(table).toContain('\u001b[1m');
});

const LONG =
  'failure   push-rejected: GitLab refused the push: the branch is protected, or the account may not push to it.';

it.each([
  { where: 'in a terminal', terminal: { columns: 60 }, columns: 60 },
  { where: 'as COLUMNS says', terminal: { columns: 60, env: { COLUMNS: '40' } }, columns: 40 },
  { where: 'in a pipe where COLUMNS says it', terminal: { isTTY: false, env: { COLUMNS: '72' } }, columns: 72 },
])('breaks what it tells between words $where', ({ terminal, columns }) => {
  const { io, written } = createTerminal(terminal);
  io.tell(LONG);
  io.warn(LONG);
  io.print(LONG);

  expect(io.columns).toBe(columns);
  const lines = written.stdout.replace(`${LONG}\n`, '').trimEnd().split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  expect(lines.slice(1).every((line) => line.startsWith(' '.repeat(10)))).toBe(true);
  expect(lines.join(' ').replaceAll(/ +/g, ' ')).toBe(LONG.replaceAll(/ +/g, ' '));
  expect(written.stderr).toBe(`${lines.join('\n')}\n`);
});

it.each([
  { where: 'in a pipe', terminal: { isTTY: false } },
  { where: 'where the terminal does not know its width', terminal: { columns: 0 } },
  { where: 'where COLUMNS is no number', terminal: { isTTY: false, env: { COLUMNS: 'wide' } } },
])('leaves lines as they are $where', ({ terminal }) => {
  const { io, written } = createTerminal(terminal);
  io.tell(LONG);

  expect(io.columns).toBeUndefined();
  expect(written.stdout).toBe(`${LONG}\n`);
});
