import { expect, it } from 'vitest';
import * as z from 'zod';
import { parseOptions } from './parse-options.ts';

it('a schema is compiled from its ninth use on, each for itself, and means the same before and after', () => {
  const schema = z.object({ a: z.string(), b: z.object({ c: z.number().optional() }) });
  const other = z.object({ a: z.string() });
  const compiled = Array.from({ length: 12 }, () => {
    const options = parseOptions(schema);
    expect(schema.safeParse({ a: 'x', b: {}, more: 1 }, options).data).toEqual({ a: 'x', b: {} });
    expect(schema.safeParse({ a: 1, b: {} }, options).error?.issues).toMatchObject([{ path: ['a'] }]);
    return !options.jitless;
  });
  expect(compiled).toEqual([...Array(8).fill(false), ...Array(4).fill(true)]);
  expect(parseOptions(other)).toEqual({ jitless: true });
});
