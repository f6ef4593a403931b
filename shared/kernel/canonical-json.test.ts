import { describe, expect, it } from 'vitest';
import { canonicalJson, canonicalJsonChunks } from './canonical-json.ts';

describe('canonicalJson', () => {
  it('sorts keys at every depth and gives each row a line', () => {
    const value = { b: [{ y: 1, x: [2, 1] }, { z: null }], a: { d: 'ü', c: true }, empty: [], left: undefined };
    expect(canonicalJson(value)).toBe(
      '{\n  "a": {"c":true,"d":"ü"},\n  "b": [\n    {"x":[2,1],"y":1},\n    {"z":null}\n  ],\n  "empty": []\n}\n',
    );
  });

  it.each([{ value: {} }, { value: [] }, { value: [1] }, { value: 'text' }, { value: null }])(
    'writes what JSON reads back as the same: $value',
    ({ value }) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(value);
      expect(JSON.parse(canonicalJson({ value }))).toEqual({ value });
    },
  );

  it.each([{ value: Number.NaN }, { value: [Number.POSITIVE_INFINITY] }, { value: [undefined] }, { value: () => 1 }])(
    'refuses what JSON cannot hold',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );

  it('tells objects apart that begin alike and have as many members', () => {
    const rows = [
      { a: 1, c: 2, b: 3 },
      { a: 1, b: 2, c: 3 },
      { a: 1, d: undefined, b: 2 },
      { a: 1, c: undefined, b: 2 },
    ];
    expect(canonicalJson([rows])).toBe('[[{"a":1,"b":3,"c":2},{"a":1,"b":2,"c":3},{"a":1,"b":2},{"a":1,"b":2}]]\n');
  });

  it('gives the same text in pieces', () => {
    const value = { rows: [1, 2, { a: 1 }] };
    expect([...canonicalJsonChunks(value)].join('')).toBe(canonicalJson(value));
  });
});
