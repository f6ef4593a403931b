import { expect, it } from 'vitest';
import { createMemoryIO } from '../../test/doubles/memory-io.ts';
import { COMMAND_GROUPS } from '../command-groups.ts';
import { commandName } from '../command-line/check-command-line.ts';
import { runProgram } from '../program.ts';

const NAMES = COMMAND_GROUPS.flatMap(({ commands }) => commands).map(commandName);
const GROUPS = [...new Set(NAMES.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0] ?? ''))];

it.each(['', ...GROUPS, ...NAMES])('fits a terminal of 80 columns: cmap %s --help', async (name) => {
  const io = createMemoryIO();
  expect(await runProgram([...name.split(' ').filter(Boolean), '--help'], io)).toBe(0);
  expect(io.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
