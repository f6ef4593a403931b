import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { hasTerminals, type PseudoTerminal, startInTerminal } from '../../../test/pseudo-terminal.ts';
import { startChild } from '../../job/child.ts';

const PROGRAM = path.resolve(import.meta.dirname, '../../../test/fixtures/programs/terminal-with-events.ts');

describe.skipIf(!hasTerminals)('the prompt in a terminal', () => {
  let terminal: PseudoTerminal | undefined;
  afterEach(async () => {
    terminal?.type('\x03');
    await terminal?.exited;
    terminal = undefined;
  });

  async function open(columns = 80): Promise<PseudoTerminal> {
    terminal = startInTerminal({ args: [PROGRAM], cwd: import.meta.dirname, columns });
    await shows('event 1');
    return terminal;
  }
  const shows = (text: string) => expect.poll(() => terminal?.text()).toContain(text);
  const lastLine = () => terminal?.text().split('\n').at(-1)?.trimEnd();

  /** As a person does, with events between the keys. */
  async function typeSlowly(text: string): Promise<void> {
    for (const key of text) {
      terminal?.type(key);
      await delay(5);
    }
  }

  it.each([80, 40])(
    'keeps what is typed whole at %d columns while events arrive, also over several rows',
    async (columns) => {
      await open(columns);
      const line = `comment PROJ-1 ${'please keep it short '.repeat(6)}ä€𝒳 end`;
      await typeSlowly(line);
      await expect.poll(lastLine).toBe(`Ada> ${line}`);
      terminal?.type('\r');
      await shows('typed "comment');

      const look = () => {
        const events = (terminal?.text() ?? '').matchAll(/^event (\d+)(?: and many words)?/gm);
        const seen = Array.from(events, ([, number]) => Number(number));
        const lines = terminal?.lines().map(({ text }) => text) ?? [];
        return {
          outOfOrder: seen.filter((number, index) => number !== index + 1),
          prompts: lines.filter((text) => text.startsWith('Ada> ')).length,
          // Words of events stay whole.
          tooLong: lines.filter((text) => /^event|^many|^words/.test(text) && text.length > columns),
        };
      };
      // While an event is printed there is half of it, and no prompt.
      await expect.poll(look).toEqual({ outOfOrder: [], prompts: 2, tooLong: [] });
    },
  );

  it('has a history, completes words, and gives up what is typed by Ctrl-C before it ends by it', async () => {
    const { type, exited } = await open();
    type('\x1b[A');
    await expect.poll(lastLine).toBe('Ada> newest');
    type('\x1b[A');
    await expect.poll(lastLine).toBe('Ada> older');
    type('\x03');
    await expect.poll(lastLine).toBe('Ada>');
    type('iss\t');
    await expect.poll(lastLine).toBe('Ada> issues');
    type('\r');
    await shows('typed "issues "');
    type('\x1b[A');
    await expect.poll(lastLine).toBe('Ada> issues');
    type('\x03\x03');
    await exited;
    expect(lastLine()).toBe('ended after ["issues"]');
  });
});

it('without a terminal has no prompt, and no signs that only a terminal understands', async () => {
  const lines: string[] = [];
  const child = startChild({
    entry: PROGRAM,
    env: {},
    onLine(line) {
      lines.push(line);
      if (line === 'event 3') child.kill('SIGTERM');
    },
  });
  await child.exited;
  expect(lines.slice(0, 3)).toEqual(['event 1', 'event 2', 'event 3']);
});
