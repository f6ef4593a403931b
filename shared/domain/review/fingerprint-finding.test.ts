import { describe, expect, it } from 'vitest';

import { aFinding } from '../../../test/fixtures/diffs/builders.ts';
import type { Finding } from './finding.ts';
import { decodeIdentity, encodeIdentity, fingerprintFinding, isSameRule } from './fingerprint-finding.ts';
import { parseDiff } from './parse-diff.ts';

const diff = (start: number, ...lines: string[]) =>
  parseDiff(
    [
      'diff --git a/a.ts b/a.ts',
      'index 1..2 100644',
      '--- a/a.ts',
      '+++ b/a.ts',
      `@@ -${start},0 +${start},${lines.length} @@`,
      ...lines.map((line) => `+${line}`),
      '',
    ].join('\n'),
  );
const at = (startLine: number, title = 'The result is ignored') => aFinding({ path: 'a.ts', startLine, title });

describe('fingerprintFinding', () => {
  const original = () => fingerprintFinding(at(10), diff(10, 'save(order);', 'log(order);'));

  it.each([
    { name: 'its line moved', finding: at(41), files: () => diff(40, 'x();', 'save(order);') },
    { name: 'its indentation changed', finding: at(10), files: () => diff(10, '\t\tsave(order);  ') },
    {
      name: 'the title has other punctuation',
      finding: at(10, 'the result is "ignored"!'),
      files: () => diff(10, 'save(order);'),
    },
  ])('stays when $name', ({ finding, files }) => {
    expect(fingerprintFinding(finding, files())).toEqual(original());
  });

  it.each([
    { name: 'the code changed', finding: at(10), files: () => diff(10, 'await save(order);') },
    { name: 'it is about another line', finding: at(11), files: () => diff(10, 'save(order);', 'log(order);') },
    {
      name: 'it says something else',
      finding: at(10, 'Order is logged with its address'),
      files: () => diff(10, 'save(order);'),
    },
    { name: 'it is in another file', finding: { ...at(10), path: 'b.ts' }, files: () => diff(10, 'save(order);') },
  ])('changes when $name', ({ finding, files }) => {
    expect(fingerprintFinding(finding, files()).fingerprint).not.toBe(original().fingerprint);
  });

  it('tells two closing brackets apart by the line above', () => {
    const files = diff(1, 'first {', '}', 'second {', '}');
    expect(fingerprintFinding(at(2), files).anchor).not.toBe(fingerprintFinding(at(4), files).anchor);
  });

  it('is the same by the old and by the new name of a file that was renamed', () => {
    const files = () =>
      parseDiff(
        'diff --git a/a.ts b/b.ts\nsimilarity index 90%\nrename from a.ts\nrename to b.ts\n--- a/a.ts\n+++ b/b.ts\n@@ -1 +1 @@\n-load(order);\n+save(order);\n',
      );
    const byOldName = fingerprintFinding(at(1), files());
    expect(fingerprintFinding({ ...at(1), path: 'b.ts' }, files())).toEqual(byOldName);
    expect(fingerprintFinding({ ...at(1), side: 'old' }, files()).anchor).not.toBe(byOldName.anchor);
  });

  it('knows only what it says, in words, where its lines are not in the diff', () => {
    const outside = fingerprintFinding(at(99, '  The `result` of save() is ignored. '), diff(10, 'save(order);'));
    expect(outside).toMatchObject({ anchor: '-', rule: 'the result of save is ignored' });
    expect(fingerprintFinding(at(1, 'The result of save is ignored'), []).fingerprint).toBe(outside.fingerprint);
    expect(fingerprintFinding(at(10, 'x'.repeat(300)), []).rule).toBe('x'.repeat(120));
  });

  const changed = (...lines: string[]) => {
    const count = (sign: string) => lines.filter((line) => !line.startsWith(sign)).length;
    const header = `@@ -1,${count('+')} +1,${count('-')} @@`;
    return parseDiff(['diff --git a/a.ts b/a.ts', '--- a/a.ts', '+++ b/a.ts', header, ...lines, ''].join('\n'));
  };
  const anchorAt = (finding: Finding, ...lines: string[]) => fingerprintFinding(finding, changed(...lines)).anchor;

  it.each<{ name: string; finding: Finding; same: [string[], string[]] }>([
    {
      name: 'a removed line above it, on the new side',
      finding: at(2),
      same: [
        [' first {', '-second {', '+}'],
        [' first {', '+}'],
      ],
    },
    {
      name: 'an added line above it, on the old side',
      finding: { ...at(2), side: 'old' },
      same: [
        [' first {', '+second {', '-}'],
        [' first {', '-}'],
      ],
    },
    {
      name: 'lines below it',
      finding: at(2),
      same: [
        ['+first {', '+}', '+second {'],
        ['+first {', '+}'],
      ],
    },
    {
      name: 'what stands farther above than the nearest words',
      finding: at(3),
      same: [
        ['+zero', '+first {', '+}'],
        ['+', '+first {', '+}'],
      ],
    },
    {
      name: 'short lines between it and the words',
      finding: at(3),
      same: [
        ['+first {', '+if', '+}'],
        ['+first {', '+(', '+}'],
      ],
    },
    {
      name: 'what stands above a line of words',
      finding: at(2),
      same: [
        ['+first {', '+return 1'],
        ['+second {', '+return 1'],
      ],
    },
  ])('does not depend on $name', ({ finding, same: [left, right] }) => {
    expect(anchorAt(finding, ...left)).toBe(anchorAt(finding, ...right));
  });

  it.each<{ name: string; finding: Finding; other: [string[], string[]] }>([
    {
      name: 'the words above a bracket',
      finding: at(2),
      other: [
        ['+first {', '+}'],
        ['+second {', '+}'],
      ],
    },
    {
      name: 'the words above a line of two letters',
      finding: at(2),
      other: [
        ['+first {', '+fi'],
        ['+second {', '+fi'],
      ],
    },
    {
      name: 'a removed line above it, on the old side',
      finding: { ...at(2), side: 'old' },
      other: [
        ['-first {', '-}'],
        ['-second {', '-}'],
      ],
    },
    {
      name: 'the bracket itself',
      finding: at(2),
      other: [
        ['+first {', '+}'],
        ['+first {', '+)'],
      ],
    },
    {
      name: 'where its lines end',
      finding: { ...at(1), endLine: 2 },
      other: [
        ['+one', '+two'],
        ['+onetwo', '+'],
      ],
    },
  ])('depends on $name', ({ finding, other: [left, right] }) => {
    expect(anchorAt(finding, ...left)).not.toBe(anchorAt(finding, ...right));
  });

  it('depends on no empty line among its own', () => {
    const apart = anchorAt({ ...at(1), endLine: 3 }, '+save();', '+  ', '+load();');
    expect(apart).toBe(anchorAt({ ...at(1), endLine: 2 }, '+save();', '+load();'));
  });

  it('looks for words in its own hunk only', () => {
    const files = (word: string) => {
      const hunks = `@@ -1,0 +1,1 @@\n+${word}\n@@ -8,0 +9,1 @@\n+}\n@@ -20,0 +22,1 @@\n+${word}\n`;
      return parseDiff(`diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n${hunks}`);
    };
    expect(fingerprintFinding(at(9), files('first'))).toEqual(fingerprintFinding(at(9), files('second')));
  });

  it('anchors a lone bracket that has no words above it by itself', () => {
    expect(anchorAt(at(1), '+}')).not.toBe('-');
    expect(anchorAt(at(1), '+}')).toBe(anchorAt(at(2), '+(', '+}'));
  });

  it.each(['', 'a.b', '.b.rule', '.a.b.c', 'a..rule', 'no dots'])('reads no identity from "%s"', (text) => {
    expect(decodeIdentity(text)).toBeUndefined();
  });

  it('reads an identity of a title without words', () => {
    expect(decodeIdentity('a.b.')).toEqual({ fingerprint: 'a', anchor: 'b', rule: '' });
    expect(decodeIdentity('a.b.c. d')).toEqual({ fingerprint: 'a', anchor: 'b', rule: 'c. d' });
  });

  it('is written as it was before, because notes of earlier reviews carry it', () => {
    expect(encodeIdentity(original())).toBe('c88e46c4dfab73e1ca2e.437181f654c0a3927781.the result is ignored');
  });

  it('can be written down and read back', () => {
    expect(decodeIdentity(encodeIdentity(original()))).toEqual(original());
    expect(decodeIdentity('abc')).toBeUndefined();
  });

  it('fits into a marker, however long the title is', () => {
    const identity = fingerprintFinding(at(10, 'ä'.repeat(300)), diff(10, 'x'));
    expect(encodeIdentity(identity).length).toBeLessThanOrEqual(400);
  });
});

describe('isSameRule', () => {
  it.each([
    { left: 'result of save is ignored', right: 'ignored result', is: true },
    { left: 'the promise is not awaited', right: 'promise not awaited in save', is: true },
    { left: 'missing null check', right: 'wrong variable name', is: false },
    { left: 'result of save is never checked', right: 'result of load is ignored', is: false },
    { left: 'the', right: 'a', is: false },
    { left: 'the', right: 'the', is: true },
    { left: 'the', right: 'the result', is: false },
    { left: 'one two three', right: 'one two four five', is: true },
    { left: 'one two four five', right: 'one two three', is: true },
    { left: 'one two', right: 'one three', is: false },
    { left: 'one two three four', right: 'one two five six', is: false },
  ])('$left / $right: $is', ({ left, right, is }) => {
    expect(isSameRule(left, right)).toBe(is);
  });
});
