import { expect, it } from 'vitest';
import * as z from 'zod';
import { createManualClock } from '../../../../../test/doubles/manual-clock.ts';
import { createLiveReader } from '../../evidence/live-reader.ts';
import { createAsker } from './asker.ts';

it('makes of the items of a page what is kept of them before it asks for the next one', async () => {
  const steps: string[] = [];
  const reader = createLiveReader(async ({ path, query }) => {
    const page = Number(query?.['page'] ?? 1);
    steps.push(`asked for page ${page}`);
    const next = page < 2 ? { next: { path, query: { page: page + 1 } } } : {};
    return { url: 'https://gitlab.example', text: JSON.stringify([`${page}a`, `${page}b`]), ...next };
  }, createManualClock(0));
  const request = { service: 'gitlab', method: 'GET', path: 'list' } as const;
  const made = await createAsker(reader).askAll(request, z.string(), (value, source) => {
    steps.push(`made ${value}`);
    return `${value} ${source.slice(0, 6)}`;
  });
  expect(made).toEqual(['1a gitlab', '1b gitlab', '2a gitlab', '2b gitlab']);
  expect(steps).toEqual(['asked for page 1', 'made 1a', 'made 1b', 'asked for page 2', 'made 2a', 'made 2b']);
});
