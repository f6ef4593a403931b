import { describe, expect, it } from 'vitest';
import { formatTable } from './format-table.ts';

const HEADING = ['RUN', 'TASK', 'HOLDER', 'REASON'];
const ROW = [
  'run-1a2b3c4d5e6f',
  'review group/app!3',
  'caj-runner-0a1b2c3d4e5f/3',
  'GitLab refused the push to a branch',
];
const table = (columns?: number, cut: string[] = []) =>
  formatTable(HEADING, [ROW, ['run-2', 'echo', 'r', '']], { color: false, columns, cut });
const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('formatTable', () => {
  it('is as wide as it gets where nothing limits it', () => {
    expect(table().split('\n')).toHaveLength(3);
    expect(widest(table())).toBe(ROW.join('  ').length);
    expect(table(200)).toBe(table());
  });

  it('goes on in the next line between words where it is too narrow, and loses nothing', () => {
    const text = table(80);
    expect(widest(text)).toBeLessThanOrEqual(80);
    for (const word of ROW.join(' ').split(' ')) expect(text).toContain(word);
    expect(text).toMatch(/^run-1a2b3c4d5e6f {2}review +caj-runner-0a1b2c3d4e5f\/3 +GitLab/m);
    expect(text).toMatch(/^ {18}group\/app!3/m);
  });

  it('cuts the names it may, when words are not enough', () => {
    const text = table(60, ['HOLDER']);
    expect(widest(text)).toBeLessThanOrEqual(60);
    expect(text).toMatch(/caj-runner-\S*…/);
    expect(text).toContain('run-1a2b3c4d5e6f');
  });

  it('never breaks a word, however narrow the terminal is', () => {
    for (const word of ROW.join(' ').split(' ')) expect(table(10)).toContain(word);
  });
});
