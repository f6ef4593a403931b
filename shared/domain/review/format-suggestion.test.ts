import { describe, expect, it } from 'vitest';

import { aFinding, REFS } from '../../../test/fixtures/diffs/builders.ts';
import { createRedactor } from '../../kernel/redaction/redact.ts';
import { applySuggestion } from './apply-suggestion.ts';
import { formatSuggestion, planSuggestion } from './format-suggestion.ts';
import type { Placement } from './place-finding.ts';

const FILE = 'one\ntwo\nthree\nfour\n';

describe('applySuggestion', () => {
  it.each([
    { name: 'one line', first: 2, last: 2, suggestion: 'TWO', content: 'one\nTWO\nthree\nfour\n' },
    { name: 'several lines by one', first: 2, last: 3, suggestion: 'both', content: 'one\nboth\nfour\n' },
    { name: 'one line by several', first: 2, last: 2, suggestion: 'a\nb\n', content: 'one\na\nb\nthree\nfour\n' },
    { name: 'lines by nothing', first: 2, last: 3, suggestion: '', content: 'one\nfour\n' },
    { name: 'a line by an empty line', first: 2, last: 2, suggestion: '\n', content: 'one\n\nthree\nfour\n' },
    { name: 'every line', first: 1, last: 4, suggestion: 'all', content: 'all\n' },
    {
      name: 'a line by itself and another',
      first: 1,
      last: 1,
      suggestion: 'one\none',
      content: 'one\none\ntwo\nthree\nfour\n',
    },
    { name: 'the last line', first: 4, last: 4, suggestion: 'FOUR', content: 'one\ntwo\nthree\nFOUR\n' },
  ])('replaces $name', ({ first, last, suggestion, content }) => {
    expect(applySuggestion(FILE, { first, last }, suggestion)).toEqual({ ok: true, content });
  });

  it.each([
    { name: 'lines behind the end', content: FILE, first: 4, last: 5, suggestion: 'x', reason: 'no-such-lines' },
    { name: 'a line before the first', content: FILE, first: 0, last: 1, suggestion: 'x', reason: 'no-such-lines' },
    { name: 'lines the wrong way round', content: FILE, first: 3, last: 2, suggestion: 'x', reason: 'no-such-lines' },
    { name: 'a suggestion with CR', content: FILE, first: 2, last: 2, suggestion: 'x\r\ny', reason: 'line-ends' },
    { name: 'an empty file', content: '', first: 1, last: 1, suggestion: 'x', reason: 'no-such-lines' },
    {
      name: 'the same text of several lines',
      content: FILE,
      first: 2,
      last: 3,
      suggestion: 'two\nthree',
      reason: 'no-change',
    },
    { name: 'the same text', content: FILE, first: 2, last: 2, suggestion: 'two\n', reason: 'no-change' },
    {
      name: 'the same last line without line feed',
      content: 'one\ntwo',
      first: 2,
      last: 2,
      suggestion: 'two',
      reason: 'no-change',
    },
    { name: 'a CRLF file', content: 'one\r\ntwo\r\n', first: 2, last: 2, suggestion: 'x', reason: 'line-ends' },
  ])('refuses $name', ({ content, first, last, suggestion, reason }) => {
    expect(applySuggestion(content, { first, last }, suggestion)).toEqual({ ok: false, reason });
  });
});

it('ends the file with a line feed where it replaces a last line without one', () => {
  expect(applySuggestion('one\ntwo', { first: 2, last: 2 }, 'TWO')).toEqual({ ok: true, content: 'one\nTWO\n' });
});

describe('formatSuggestion', () => {
  it.each([
    { name: 'one line', suggestion: 'x', above: 0, below: 0, text: '```suggestion:-0+0\nx\n```' },
    { name: 'offsets', suggestion: 'x\ny\n', above: 2, below: 1, text: '```suggestion:-2+1\nx\ny\n```' },
    { name: 'removal', suggestion: '', above: 0, below: 0, text: '```suggestion:-0+0\n```' },
    { name: 'an empty line', suggestion: '\n', above: 0, below: 0, text: '```suggestion:-0+0\n\n```' },
    {
      name: 'a fence inside',
      suggestion: '````md\n````',
      above: 0,
      below: 0,
      text: '`````suggestion:-0+0\n````md\n````\n`````',
    },
  ])('writes $name', ({ suggestion, above, below, text }) => {
    expect(formatSuggestion(suggestion, { above, below })).toBe(text);
  });
});

describe('planSuggestion', () => {
  const long = Array.from({ length: 300 }, (_, index) => `${index + 1}\n`).join('');
  it.each([
    {
      name: 'offers what applies',
      values: { startLine: 2, endLine: 3 },
      newLine: 3,
      expected: '```suggestion:-1+0\nX\n```',
    },
    {
      name: 'counts lines below the comment',
      values: { startLine: 2, endLine: 4 },
      newLine: 3,
      expected: '```suggestion:-1+1\nX\n```',
    },
    { name: 'shows it at a removed line', values: { startLine: 2 }, newLine: undefined, expected: 'not-inline' },
    {
      name: 'shows it for the old side',
      values: { startLine: 2, side: 'old' as const },
      newLine: 2,
      expected: 'not-inline',
    },
    {
      name: 'shows what GitLab would cut',
      values: { startLine: 1, endLine: 120 },
      newLine: 120,
      content: long,
      expected: 'too-far',
    },
    {
      name: 'offers what reaches a hundred lines up',
      values: { startLine: 1, endLine: 101 },
      newLine: 101,
      content: long,
      expected: '```suggestion:-100+0\nX\n```',
    },
    {
      name: 'shows what reaches one line more up',
      values: { startLine: 1, endLine: 102 },
      newLine: 102,
      content: long,
      expected: 'too-far',
    },
    {
      name: 'offers what reaches a hundred lines down',
      values: { startLine: 1, endLine: 101 },
      newLine: 1,
      content: long,
      expected: '```suggestion:-0+100\nX\n```',
    },
    {
      name: 'shows what reaches one line more down',
      values: { startLine: 1, endLine: 102 },
      newLine: 1,
      content: long,
      expected: 'too-far',
    },
    {
      name: 'shows it when the file is not known',
      values: { startLine: 2 },
      newLine: 2,
      content: null,
      expected: 'unknown-file',
    },
    { name: 'shows what does not fit', values: { startLine: 9 }, newLine: 9, expected: 'no-such-lines' },
    {
      name: 'never offers a command',
      values: { startLine: 2, suggestion: 'x\n/merge\n' },
      newLine: 2,
      expected: 'unsafe-text',
    },
    {
      name: 'offers a path that looks like one',
      values: { startLine: 2, suggestion: '/dist' },
      newLine: 2,
      expected: '```suggestion:-0+0\n/dist\n```',
    },
    {
      name: 'never offers a marker in another form',
      values: { startLine: 2, suggestion: 'x <!--CMAP' },
      newLine: 2,
      expected: 'unsafe-text',
    },
    {
      name: 'offers another comment',
      values: { startLine: 2, suggestion: '<!-- the cmap -->' },
      newLine: 2,
      expected: '```suggestion:-0+0\n<!-- the cmap -->\n```',
    },
    {
      name: 'never offers a marker',
      values: { startLine: 2, suggestion: '<!-- cmap {} -->' },
      newLine: 2,
      expected: 'unsafe-text',
    },
    {
      name: 'never offers what masking has changed',
      values: {
        startLine: 2,
        suggestion: createRedactor().maskWritten('url: postgres://app:Xk29fj3QmZ71@db:5432/app'),
      },
      newLine: 2,
      expected: 'unsafe-text',
    },
  ])('$name', ({ values, newLine, content = FILE, expected }) => {
    const finding = aFinding({ path: 'a.txt', suggestion: 'X', ...values });
    const note: Placement = { kind: 'note', path: 'a.txt', line: 1 };
    const position = {
      ...REFS,
      kind: 'text' as const,
      oldPath: 'a.txt',
      newPath: 'a.txt',
      ...(newLine ? { newLine } : { oldLine: 2 }),
    };
    const planned = planSuggestion(finding, { kind: 'inline', position, otherwise: note }, content ?? undefined);
    expect(planned?.kind === 'shown' ? planned.reason : planned?.markdown).toBe(expected);
  });

  it.each<Placement['kind']>(['file', 'note'])('shows it at a place of kind %s', (kind) => {
    const note: Placement = { kind: 'note', path: 'a.txt', line: 2 };
    const position = { ...REFS, kind: 'file' as const, oldPath: 'a.txt', newPath: 'a.txt', newLine: 2 };
    const placement: Placement = kind === 'file' ? { kind, position, otherwise: note } : note;
    const planned = planSuggestion(aFinding({ path: 'a.txt', startLine: 2, suggestion: 'X' }), placement, FILE);
    expect(planned).toEqual({ kind: 'shown', reason: 'not-inline' });
  });

  it('plans nothing when nothing is suggested', () => {
    const note: Placement = { kind: 'note', path: 'a.txt', line: 1 };
    expect(planSuggestion(aFinding({ path: 'a.txt', startLine: 1 }), note, FILE)).toBeUndefined();
  });
});
