import { expect, it } from 'vitest';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryFiles } from '../../../../test/doubles/memory-files.ts';
import { createEvidenceReader } from './evidence-reader.ts';
import { createEvidenceStore } from './evidence-store.ts';

it('has four questions under way at most, however many are asked, and answers all', async () => {
  const store = createEvidenceStore({ files: createMemoryFiles(), clock: createManualClock(), place: 'evidence' });
  const underWay = { now: 0, most: 0 };
  const reader = await createEvidenceReader({
    store,
    reuse: { kind: 'settled' },
    fetch: async ({ path }) => {
      underWay.now += 1;
      underWay.most = Math.max(underWay.most, underWay.now);
      await Promise.resolve();
      underWay.now -= 1;
      return { url: `https://gitlab.example.com/${path}`, text: JSON.stringify(path) };
    },
  });
  const paths = Array.from({ length: 20 }, (_, index) => `projects/${index}`);
  const answers = await Promise.all(paths.map((path) => reader.read({ service: 'gitlab', method: 'GET', path })));
  expect(answers.map(({ body }) => body)).toEqual(paths);
  expect(underWay.most).toBe(4);
  expect(reader.asked()).toBe(20);
});
