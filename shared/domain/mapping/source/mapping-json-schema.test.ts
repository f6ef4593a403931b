import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { mappingJsonSchema } from './mapping-json-schema.ts';
import { parseMapping } from './parse-mapping.ts';

const isValid = new Ajv2020({ strict: false, formats: { date: true, 'date-time': true } }).compile(mappingJsonSchema());

function read(file: string): string {
  return readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
}

describe('mappingJsonSchema', () => {
  it('is the one that is checked in; `npm run schema` writes it', () => {
    expect(JSON.parse(read('cmap.schema.json'))).toEqual(mappingJsonSchema());
  });

  it('is draft 2020-12 and explains every field', () => {
    const schema = mappingJsonSchema();

    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    const unexplained: string[] = [];
    visit(schema);
    expect(unexplained).toEqual([]);

    function visit(node: unknown): void {
      if (typeof node !== 'object' || node === null) return;
      const fields: unknown = Reflect.get(node, 'properties') ?? {};
      for (const [field, value] of Object.entries(Object(fields))) {
        if (!Object.hasOwn(Object(value), 'description')) unexplained.push(field);
      }
      for (const child of Object.values(node)) visit(child);
    }
  });

  const minimal = 'bindings:\n  - jira_project: PROJ\n    repo: group/app\n';
  it.each([
    { name: 'the shipped example', text: read('examples/cmap.yaml'), valid: true },
    { name: 'the golden mapping', text: read('test/golden/mapping/cmap.yaml'), valid: true },
    { name: 'the smallest mapping', text: minimal, valid: true },
    { name: 'empty defaults', text: `defaults:\n${minimal}`, valid: true },
    { name: 'a misspelt field', text: `${minimal}    target_brnach: x\n`, valid: false },
    { name: 'a bad repository path', text: 'bindings:\n  - jira_project: PROJ\n    repo: app\n', valid: false },
    { name: 'two triggers', text: `${minimal}    trigger: {status: a, label: b}\n`, valid: false },
    { name: 'no trigger', text: `${minimal}    trigger: {}\n`, valid: false },
    { name: 'a bad branch', text: `${minimal}    target_branch: -x\n`, valid: false },
    {
      name: 'what merge requests are given',
      text: `${minimal}    merge_request: {labels: [ai], assignee: a.b}\n`,
      valid: true,
    },
    { name: 'a label with a comma', text: `${minimal}    merge_request: {labels: ['a,b']}\n`, valid: false },
    { name: 'a mention for a username', text: `${minimal}    merge_request: {reviewers: ['@a']}\n`, valid: false },
    { name: 'no bindings', text: 'bindings: []\n', valid: false },
    { name: 'a budget of nothing', text: `${minimal}    budget: {max_turns: 0}\n`, valid: false },
  ])('says the same as the parser about $name', ({ text, valid }) => {
    expect(isValid(parse(text))).toBe(valid);
    expect('bindings' in parseMapping(text)).toBe(valid);
  });

  it('lets a team copy the example and change only key and repository', () => {
    const copy = read('examples/cmap.yaml')
      .replace('jira_project: PROJ', 'jira_project: TEAM')
      .replace('group/service-a', 'our/group/thing');

    expect(parseMapping(copy)).toMatchObject({ bindings: [{ jiraProject: 'TEAM', repo: 'our/group/thing' }, {}] });
  });
});
