import { expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from './protobuf.ts';

it('reads what it has written: texts, bytes and messages, also long ones and repeated fields', () => {
  const long = 'ä'.repeat(200);
  const inner = encodeMessage([[1, 'name']]);
  const fields = decodeMessage(
    encodeMessage([
      [1, long],
      [20, inner],
      [20, 'again'],
      [3, new Uint8Array()],
    ]),
  );

  expect(fields.get(1)?.map(String)).toEqual([long]);
  expect(
    decodeMessage(fields.get(20)?.[0] ?? Buffer.alloc(0))
      .get(1)
      ?.map(String),
  ).toEqual(['name']);
  expect(fields.get(20)?.map(String)).toEqual([inner.toString(), 'again']);
  expect(fields.get(3)?.map(({ length }) => length)).toEqual([0]);
});

it('passes over numbers, and refuses what is no message', () => {
  // Field 4 is the number 300, field 1 the text "a".
  expect([...decodeMessage(Uint8Array.of(0x20, 0xac, 0x02, 0x0a, 0x01, 0x61)).keys()]).toEqual([1]);
  expect(() => decodeMessage(Uint8Array.of(0x0b))).toThrow(RangeError);
  expect(() => decodeMessage(Uint8Array.of(0x0a, 0xff))).toThrow(RangeError);
});
