import { expect, it } from 'vitest';
import { makeAhead } from './make-ahead.ts';

const ITEMS = ['a', 'b', 'c', 'd', 'e'];

it('has some further ones under way while one is used, and gives them in their order', async () => {
  const begun: string[] = [];
  const make = async (item: string) => {
    begun.push(item);
    return item.toUpperCase();
  };
  const used: [string, string, number][] = [];
  for await (const { item, made } of makeAhead(ITEMS, 2, make)) used.push([item, made, begun.length]);
  expect(used).toEqual([
    ['a', 'A', 3],
    ['b', 'B', 4],
    ['c', 'C', 5],
    ['d', 'D', 5],
    ['e', 'E', 5],
  ]);
});

it('fails when it is the turn of what failed, and then has nothing under way', async () => {
  const ended: string[] = [];
  const make = async (item: string) => {
    if (item === 'b') throw new RangeError('b');
    for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
    ended.push(item);
  };
  const used: string[] = [];
  const using = async () => {
    for await (const { item } of makeAhead(ITEMS, 2, make)) used.push(item);
  };
  await expect(using()).rejects.toThrow('b');
  expect(used).toEqual(['a']);
  expect(ended).toEqual(['a', 'c']);
});

it('ends what is under way when no more is wanted', async () => {
  const ended: string[] = [];
  for await (const { item } of makeAhead(ITEMS, 1, async (one) => void ended.push(one))) if (item === 'b') break;
  expect(ended).toEqual(['a', 'b', 'c']);
});
