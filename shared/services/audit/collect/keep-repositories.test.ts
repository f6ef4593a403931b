import { describe, expect, it } from 'vitest';
import { aChain, aCommit, aMergeRequest, aRepository } from '../../../../test/builders/audit.ts';
import { createRepositoryKeep, uniqueRepositories } from './keep-repositories.ts';

const first = () => aRepository('a', { commits: aChain('a', 'b'), mergeRequests: [aMergeRequest(1)] });

describe('createRepositoryKeep', () => {
  it('gives a small release back as it is, without packing it', async () => {
    const facts = first();
    expect((await createRepositoryKeep(3)(facts)).take()).toBe(facts);
  });

  it('packs all of a large release, what was kept before included', async () => {
    const keep = createRepositoryKeep(3);
    const [earlier, later] = [first(), aRepository('b', { commits: aChain('c') })];
    const kept = await Promise.all([earlier, later].map(keep));
    for (const [index, facts] of [earlier, later].entries()) {
      const taken = kept[index]?.take();
      expect(taken).not.toBe(facts);
      expect(taken).toEqual(facts);
    }
  });

  it('gives back many items and long ones in their order, with every character they have', async () => {
    const body = (index: number) => `${index}\n"ü" 🙂\u2028\\${'x'.repeat(index % 70 === 0 ? 400_000 : index)}`;
    const commits = Array.from({ length: 500 }, (_, index) => aCommit(`c${index}`, { body: body(index) }));
    const facts = aRepository('c0', { commits, elsewhere: commits.slice(0, 51), mergeRequests: [aMergeRequest(1)] });
    expect((await createRepositoryKeep(0)(facts)).take()).toEqual(facts);
  });

  it('lets other work go on between the parts of what it packs', async () => {
    const facts = aRepository('a', { commits: Array.from({ length: 5 }, () => aChain('a', 'b')).flat() });
    const steps: string[] = [];
    const packing = createRepositoryKeep(0)(facts).then(() => steps.push('packed'));
    setImmediate(() => steps.push('other work'));
    await packing;
    expect(steps).toEqual(['other work', 'packed']);
  });

  it.each([{ max: 0 }, { max: 3 }])('holds nothing that was taken, with $max rows as objects', async ({ max }) => {
    const kept = await createRepositoryKeep(max)(first());
    kept.take();
    expect(() => kept.take()).toThrow(TypeError);
  });

  it.each([{ max: 0 }, { max: 10 }])(
    'tells two readings of one project apart, with $max rows as objects',
    async ({ max }) => {
      const keep = createRepositoryKeep(max);
      const [one, other] = [first(), { ...first(), source: 'other' }];
      const choose = async (both: (typeof one)[]) => {
        const kept = await Promise.all(both.map(keep));
        return uniqueRepositories(kept).map((unique) => unique.take());
      };
      const chosen = [await choose([one, other]), await choose([other, one])];
      expect(chosen[0]).toHaveLength(1);
      expect(chosen[0]).toEqual(chosen[1]);
    },
  );
});
