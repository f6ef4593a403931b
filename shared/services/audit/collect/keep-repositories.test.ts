import { describe, expect, it } from 'vitest';
import { aChain, aMergeRequest, aRepository } from '../../../../test/builders/audit.ts';
import { createRepositoryKeep, uniqueRepositories } from './keep-repositories.ts';

const first = () => aRepository('a', { commits: aChain('a', 'b'), mergeRequests: [aMergeRequest(1)] });

describe('createRepositoryKeep', () => {
  it('gives a small release back as it is, without packing it', () => {
    const facts = first();
    expect(createRepositoryKeep(3)(facts).take()).toBe(facts);
  });

  it('packs all of a large release, what was kept before included', () => {
    const keep = createRepositoryKeep(3);
    const [earlier, later] = [first(), aRepository('b', { commits: aChain('c') })];
    const kept = [earlier, later].map(keep);
    for (const [index, facts] of [earlier, later].entries()) {
      const taken = kept[index]?.take();
      expect(taken).not.toBe(facts);
      expect(taken).toEqual(facts);
    }
  });

  it.each([{ max: 0 }, { max: 3 }])('holds nothing that was taken, with $max rows as objects', ({ max }) => {
    const kept = createRepositoryKeep(max)(first());
    kept.take();
    expect(() => kept.take()).toThrow(TypeError);
  });

  it.each([{ max: 0 }, { max: 10 }])(
    'tells two readings of one project apart, with $max rows as objects',
    ({ max }) => {
      const keep = createRepositoryKeep(max);
      const [one, other] = [first(), { ...first(), source: 'other' }];
      const chosen = [
        [one, other],
        [other, one],
      ].map((both) => uniqueRepositories(both.map(keep)).map((kept) => kept.take()));
      expect(chosen[0]).toHaveLength(1);
      expect(chosen[0]).toEqual(chosen[1]);
    },
  );
});
