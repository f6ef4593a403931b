import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { renderMap } from '../sandbox/torture/environment/render-map.ts';
import { renderMapping } from '../shared/domain/mapping/render-mapping.ts';
import { parseMapping } from '../shared/domain/mapping/source/parse-mapping.ts';
import { parseStoredMapping } from '../shared/domain/mapping/source/parse-stored-mapping.ts';

const root = path.resolve(import.meta.dirname, '..');

function renderExample(): string {
  const parsed = parseMapping(readFileSync(path.join(root, 'examples/cmap.yaml'), 'utf8'));
  if (!('bindings' in parsed)) throw new Error('the example cannot be read');
  return JSON.stringify(renderMapping(parsed.bindings));
}

it.each([
  { name: 'the example', json: renderExample() },
  { name: 'the torture', json: renderMap(0) },
])('the bindings of $name are what they were after they have been stored as JSON', ({ json }) => {
  const stored = parseStoredMapping(json);
  expect(stored?.bindings.length).toBeGreaterThan(1);
  expect(stored?.withheld).toEqual([]);
  expect(JSON.parse(JSON.stringify(stored?.bindings))).toStrictEqual(stored?.bindings);
});
