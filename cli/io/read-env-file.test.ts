import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { layerSettings } from './layer-settings.ts';
import { readEnvFile } from './read-env-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'read-env-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string, environment: Record<string, string> = {}) {
  writeFileSync(path.join(folder, 'settings.env'), text);
  const shell = { CMAP_ENV_FILE: 'settings.env', ...environment };
  return layerSettings(shell, readEnvFile(shell, folder));
}

it('reads the first line of a file that begins with the mark of UTF-8', () => {
  expect(read('\uFEFFGITLAB_URL=https://gitlab.example.com\n')).toMatchObject({
    GITLAB_URL: 'https://gitlab.example.com',
  });
});

it('lets a variable win over a line that names it in another case', () => {
  const settings = read('gitlab_token__team=from-file\nJIRA_URL=https://jira.example.com\n', {
    GITLAB_TOKEN__TEAM: 'set',
  });
  expect(settings).toEqual({
    CMAP_ENV_FILE: 'settings.env',
    GITLAB_TOKEN__TEAM: 'set',
    JIRA_URL: 'https://jira.example.com',
  });
});

it('takes a variable without a value for one that is not set', () => {
  expect(read('JIRA_URL=https://jira.example.com\n', { JIRA_URL: ' ' })).toMatchObject({
    JIRA_URL: 'https://jira.example.com',
  });
});
