import { expect, it } from 'vitest';

import { BETWEEN, selectAddedText } from './select-added-text.ts';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
/** 1,000 lines of 1,000 characters that begin with their number. */
const aLargeFile = () =>
  range(1, 1000)
    .map((line) => `${line}`.padEnd(1000))
    .join('\n');

it.each([
  { name: 'from the first line', added: [1], lines: range(1, 21) },
  { name: 'to the last line', added: [1000], lines: range(980, 1000) },
  { name: 'in the middle', added: [500], lines: range(480, 520) },
  { name: 'from lines that are near each other', added: [500, 530], lines: range(480, 550) },
  { name: 'from parts that touch', added: [500, 541], lines: range(480, 561) },
  {
    name: 'from parts with a line between them',
    added: [500, 542],
    lines: [...range(480, 520), BETWEEN, ...range(522, 562)],
  },
  {
    name: 'in the order of the file',
    added: [900, 100],
    lines: [...range(80, 120), BETWEEN, ...range(880, 920)],
  },
  { name: 'nothing where lines were only removed', added: [], lines: [] },
])('takes of a large file the new lines and 20 around them: $name', ({ added, lines }) => {
  const { text, lineNumbers } = selectAddedText({ text: aLargeFile(), addedLines: new Set(added) });
  expect(lineNumbers).toEqual(lines);
  expect(text).toBe(lines.map((line) => (line === BETWEEN ? '' : `${line}`.padEnd(1000))).join('\n'));
});

it('takes all of a file up to 256 kB', () => {
  const text = 'x'.repeat(256 * 1024 - 1);
  expect(selectAddedText({ text: `${text}\n`, addedLines: new Set([1]) })).toEqual({ text: `${text}\n` });
  expect(selectAddedText({ text: `${text}y\n`, addedLines: new Set([1]) })).toEqual({
    text: `${text}y\n`,
    lineNumbers: [1, 2],
  });
});
