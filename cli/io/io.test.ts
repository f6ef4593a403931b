import { expect, it } from 'vitest';
import { formatTable } from '../output/format-table.ts';
import { createCliIO, type HostProcess } from './io.ts';
import { terminalPrompts } from './prompts.ts';

/** A terminal that keeps what it is given. */
function createTerminal() {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    isTTY: true,
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
    env: {},
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
