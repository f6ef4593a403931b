import { describe, expect, it } from 'vitest';

import { aFinding } from '../../../test/fixtures/diffs/builders.ts';
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
  const original = fingerprintFinding(at(10), diff(10, 'save(order);', 'log(order);'));

  it.each([
    { name: 'its line moved', finding: at(41), files: diff(40, 'x();', 'save(order);') },
    { name: 'its indentation changed', finding: at(10), files: diff(10, '\t\tsave(order);  ') },
    {
      name: 'the title has other punctuation',
      finding: at(10, 'the result is "ignored"!'),
      files: diff(10, 'save(order);'),
    },
  ])('stays when $name', ({ finding, files }) => {
    expect(fingerprintFinding(finding, files)).toEqual(original);
  });

  it.each([
    { name: 'the code changed', finding: at(10), files: diff(10, 'await save(order);') },
    { name: 'it is about another line', finding: at(11), files: diff(10, 'save(order);', 'log(order);') },
    {
      name: 'it says something else',
      finding: at(10, 'Order is logged with its address'),
      files: diff(10, 'save(order);'),
    },
    { name: 'it is in another file', finding: { ...at(10), path: 'b.ts' }, files: diff(10, 'save(order);') },
  ])('changes when $name', ({ finding, files }) => {
    expect(fingerprintFinding(finding, files).fingerprint).not.toBe(original.fingerprint);
  });

  it('tells two closing brackets apart by the line above', () => {
    const files = diff(1, 'first {', '}', 'second {', '}');
    expect(fingerprintFinding(at(2), files).anchor).not.toBe(fingerprintFinding(at(4), files).anchor);
  });

  it('can be written down and read back', () => {
    expect(decodeIdentity(encodeIdentity(original))).toEqual(original);
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
  ])('$left / $right: $is', ({ left, right, is }) => {
    expect(isSameRule(left, right)).toBe(is);
  });
});
