import { expect, it } from 'vitest';
import { formatTranscript } from './format-transcript.ts';

const show = (text: string, full = false) =>
  formatTranscript([{ at: '2026-01-31T10:20:30.000Z', type: 'message', text }], { full }).join('\n');

it('cuts a long text between two words, and says how much is left', () => {
  const text = 'wordy '.repeat(60).trim();
  expect(show(text)).toMatch(/ wordy \.\.\. \(6\d characters more; --full shows them\)$/);
  expect(show(text, true)).toContain(text);
});

it('cuts what has no words where it must', () => {
  expect(show('x'.repeat(400))).toMatch(/x{300} \.\.\. \(100 characters more; --full shows them\)$/);
});

it('keeps the last word where it ends at the limit', () => {
  expect(show(`${'x'.repeat(250)} ${'y'.repeat(49)} more`)).toMatch(/y{49} \.\.\. \(5 characters more/);
});
