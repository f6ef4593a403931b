import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { parseFunctionsSettings } from '../functions/app/settings.ts';
import { parseRunnerSettings } from '../runner-container/app/settings.ts';

const root = path.resolve(import.meta.dirname, '..');
const page = readFileSync(path.join(root, 'docs/testing.md'), 'utf8');

it('names only builders and doubles that there are', () => {
  const named = [...page.matchAll(/`((?:a[A-Z]|create[A-Z])\w*)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(3);
  const files = globSync('test/{builders,fixtures,doubles}/**/*.ts', { cwd: root });
  const text = files.map((file) => readFileSync(path.join(root, file), 'utf8')).join('\n');
  expect(named.filter((name) => !new RegExp(`^export (?:async )?function ${name}\\b`, 'm').test(text))).toEqual([]);
});

describe('the settings of local.settings.example.json, once its placeholders are filled in', () => {
  const example = readFileSync(path.join(root, 'local.settings.example.json'), 'utf8');
  const { Values: values } = z.object({ Values: z.record(z.string(), z.string()) }).parse(JSON.parse(example));
  const fill = (text: string) => text.replace(/^<.*>$/, 'a-secret-of-many-characters');
  const settings = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, fill(text)]));

  it('are enough for the functions', () => {
    expect(parseFunctionsSettings(settings)).toMatchObject({ ok: true });
  });

  it('are not enough for the runner', () => {
    const result = parseRunnerSettings(settings);
    const names = 'problems' in result ? result.problems.map(({ name }) => name) : [];
    expect(names).toEqual(['GITHUB_TOKEN']);
  });

  it.each([
    { GITHUB_TOKEN: 'a-token-of-many-characters' },
    { COPILOT_PROVIDER_BASE_URL: 'https://models.example.com/v1', COPILOT_MODEL: 'a-model' },
  ])('are enough for it with the model that the page names: %o', (model) => {
    for (const name of Object.keys(model)) expect(page).toContain(`\`${name}\``);
    expect(parseRunnerSettings({ ...settings, ...model })).toMatchObject({ ok: true });
  });
});
