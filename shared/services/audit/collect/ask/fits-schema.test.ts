import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { createManualClock } from '../../../../../test/doubles/manual-clock.ts';
import { createLiveReader } from '../../evidence/live-reader.ts';
import { CommitApi, GraphMergeRequestsApi, MergeRequestApi } from '../gitlab/api-schemas.ts';
import { IssueApi } from '../jira/api-schemas.ts';
import { createAsker } from './asker.ts';
import { fitsSchema } from './fits-schema.ts';

const Every = z.object({
  text: z.string(),
  number: z.number(),
  whole: z.int(),
  flag: z.boolean(),
  word: z.enum(['a', 'b']),
  maybe: z.string().nullish(),
  list: z.array(z.object({ name: z.string() })),
  words: z.record(z.string(), z.string()),
  standard: z.string().default('x'),
  caught: z.enum(['a']).catch('a'),
});

const WHOLE = {
  text: 'a',
  number: 1.5,
  whole: 2,
  flag: true,
  word: 'b',
  maybe: null,
  list: [{ name: 'a', more: 1 }],
  words: { a: 'b' },
  standard: 'y',
  caught: 'a',
  more: 1,
};

it('never says that a value fits which the schema refuses or makes into another one', () => {
  const odd = fc.constantFrom('a', '', 0, 1.5, 2 ** 60, true, null, undefined, {}, [], [{}], ['a'], { a: 1 });
  const member = fc.constantFrom(...Object.keys(WHOLE));
  const fits = fitsSchema(Every);
  fc.assert(
    fc.property(fc.dictionary(member, odd, { maxKeys: 3 }), (changed) => {
      const value = { ...WHOLE, ...changed };
      if (fits(value)) expect(value).toMatchObject(Every.parse(value));
    }),
  );
});

it.each([
  ['a check of its own', z.string().min(1), 'a'],
  ['a format', z.iso.datetime(), '2026-01-01T00:00:00Z'],
  ['a transformation', z.string().transform((text) => text.length), 'a'],
  ['no room for other members', z.strictObject({}), {}],
  ['alternatives', z.union([z.string(), z.number()]), 'a'],
  ['a member no object may have', z.record(z.string(), z.string()), JSON.parse('{"__proto__":"a"}')],
])('leaves a value to a schema with %s', (_, schema, value) => {
  expect(fitsSchema(schema)(value)).toBe(false);
});

const commit = {
  id: 'a',
  parent_ids: [],
  title: 't',
  message: 'm',
  authored_date: 'x',
  committed_date: 'y',
  web_url: '',
};

it.each([
  ['commit', CommitApi, { ...commit, trailers: {}, extended_trailers: { a: ['b'] }, stats: {} }],
  [
    'merge request',
    MergeRequestApi,
    {
      iid: 1,
      state: 'merged',
      title: '',
      source_branch: 'a',
      target_branch: 'b',
      labels: ['a'],
      created_at: 'x',
      author: { username: 'a', name: 'A', locked: false },
      web_url: '',
    },
  ],
  ['answer of GraphQL', GraphMergeRequestsApi, { data: { project: { mergeRequests: { nodes: [{ iid: '1' }] } } } }],
  ['issue', IssueApi, { id: '1', key: 'A-1', fields: { issuetype: { name: 'Story', subtask: false } } }],
])('takes an ordinary %s as it is', (_, schema, value) => {
  expect(fitsSchema(schema)(value)).toBe(true);
});

it('makes no copies of the items of a list, and gives an item that lacks something what the schema says', async () => {
  const pages = [[{ ...commit, more: 1 }], [{ ...commit, parent_ids: undefined, more: 1 }]];
  const reader = createLiveReader(
    async () => ({ url: 'https://gitlab.example', text: JSON.stringify(pages.shift()) }),
    createManualClock(0),
  );
  const asker = createAsker(reader);
  const request = { service: 'gitlab', method: 'GET', path: 'commits' } as const;
  const list = () => asker.askAll(request, CommitApi, (value) => value);
  // A copy would have lost what the schema does not name.
  expect((await list())[0]).toEqual({ ...commit, more: 1 });
  expect((await list())[0]).toEqual(commit);
});
