import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createNarrator } from './narrator.ts';

function narrate(line: object, columns?: number): string[] {
  const printed: string[] = [];
  const narrator = createNarrator((text) => printed.push(text), { startedAt: Date.now(), columns: () => columns });
  narrator.captureLog(JSON.stringify(line));
  return stripVTControlCharacters(printed.join('\n')).split('\n');
}

it('goes on below its text where a line is longer than the terminal, between words', () => {
  const target = `bash cd /tmp/cmap-environment-a1/run-b2/tree && ${'node --test '.repeat(8)}`.trim();
  const lines = narrate({ event: 'agent step', taskId: 'coding~PROJ-1~0', tool: 'bash', target }, 80);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines[1]).toMatch(/^ {18}\S/);
});

it.each([
  { target: '/tmp/cmap-environment-a1/run-b2/context/diffs/001.diff', shown: 'context/diffs/001.diff' },
  { target: 'C:\\Users\\ada\\cmap-environment-a1\\run-b2\\tree\\greet.js', shown: 'tree\\greet.js' },
  { target: 'src/run-time/greet.js', shown: 'src/run-time/greet.js' },
])('names $shown without the folder of the run', ({ target, shown }) => {
  const [line = ''] = narrate({ event: 'agent step', taskId: 'coding~PROJ-1~0', tool: 'view', target });
  expect(line.slice(line.indexOf('agent:'))).toBe(`agent: view ${shown}`);
});
