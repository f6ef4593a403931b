import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { createSpecChecker, type SpecChecker } from './spec-check.ts';

const json = (schema: object) => ({ required: true, content: { 'application/json': { schema } } });
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const spec = {
  openapi: '3.0.1',
  info: { title: 'things', version: '1' },
  paths: {
    '/things/{id}': {
      get: {
        parameters: [
          id,
          { name: 'page', in: 'query', schema: { type: 'integer' } },
          { name: 'tags[]', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
        ],
        responses: {
          200: { description: '', content: { 'application/json': { schema: { type: 'object', required: ['name'] } } } },
        },
      },
      put: {
        parameters: [id],
        requestBody: json({
          type: 'object',
          additionalProperties: false,
          required: ['name'],
          properties: { name: { type: 'string' } },
        }),
        responses: { 204: { description: '' } },
      },
      post: {
        parameters: [id],
        requestBody: json({ type: 'string', pattern: '(' }),
        responses: { 204: { description: '' } },
      },
    },
    '/things/all': { get: { responses: { 200: { description: '' } } } },
  },
};

const folder = mkdtempSync(path.join(tmpdir(), 'spec-check-'));
let checker: SpecChecker;

beforeAll(async () => {
  const file = path.join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(spec));
  checker = await createSpecChecker(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

const headers = { 'Content-Type': 'application/json' };

it.each<{ name: string; method: string; url: string; body?: unknown; says: string | undefined }>([
  { name: 'accepts what fits', method: 'GET', url: '/things/7?page=2&tags[]=a', says: undefined },
  { name: 'keeps encoded path segments together', method: 'GET', url: 'http://host/things/a%2Fb', says: undefined },
  {
    name: 'prefers the path without parameters',
    method: 'GET',
    url: '/things/all?page=2',
    says: '"page" is not defined',
  },
  { name: 'refuses unknown paths', method: 'GET', url: '/nothing', says: 'not in the specification' },
  { name: 'refuses unknown methods', method: 'DELETE', url: '/things/7', says: 'not in the specification' },
  { name: 'refuses unknown query parameters', method: 'GET', url: '/things/7?pages=2', says: '"pages" is not defined' },
  {
    name: 'refuses query parameters of another type',
    method: 'GET',
    url: '/things/7?page=two',
    says: 'must be integer',
  },
  { name: 'accepts a body that fits', method: 'PUT', url: '/things/7', body: { name: 'a' }, says: undefined },
  { name: 'refuses a missing body', method: 'PUT', url: '/things/7', says: 'Body parameter is required' },
  {
    name: 'refuses unknown properties',
    method: 'PUT',
    url: '/things/7',
    body: { name: 'a', x: 1 },
    says: 'additional properties',
  },
  { name: 'refuses missing properties', method: 'PUT', url: '/things/7', body: {}, says: "required property 'name'" },
  {
    name: 'says when a schema does not compile',
    method: 'POST',
    url: '/things/7',
    body: 'a',
    says: 'does not compile',
  },
])('$name', ({ method, url, body, says }) => {
  const problems = checker.checkRequest({ method, url, ...(body === undefined ? {} : { headers, body }) });

  if (says === undefined) expect(problems).toEqual([]);
  else expect(problems.join('\n')).toContain(says);
});

it('refuses another media type', () => {
  const problems = checker.checkRequest({
    method: 'PUT',
    url: '/things/7',
    headers: { 'content-type': 'text/plain' },
    body: { name: 'a' },
  });

  expect(problems.join()).toContain('Supported content types');
});

it('judges answers', () => {
  const answer = { method: 'GET', url: '/things/7', status: 200, headers };

  expect(checker.checkAnswer({ ...answer, body: { name: 'a' } })).toEqual([]);
  expect(checker.checkAnswer({ ...answer, body: {} }).join()).toContain("required property 'name'");
  expect(checker.checkAnswer({ ...answer, status: 201, body: {} }).join()).toContain('Unable to match');
});
