import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

import { generateMessagesDoc } from './messages-page.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (pattern: string) =>
  globSync(pattern, { cwd: root, exclude: ['**/*.test.ts'] }).map((file) =>
    readFileSync(path.join(root, file), 'utf8'),
  );

/** Parts of other messages, and what only the log and the command line show. */
const PARTS = new Set([
  'formatAllowed',
  'formatCriteriaSection',
  'formatCriteriaTable',
  'formatCriteriaForJira',
  'formatPlace',
]);

it('shows every message there is', () => {
  const sources = [
    ...read('shared/domain/messages/*.ts'),
    ...read('shared/domain/review/format-*.ts'),
    ...read('shared/domain/audit/fix/format-fix-note.ts'),
  ];
  const written = sources.flatMap((source) =>
    [...source.matchAll(/^export function (format\w+)/gm)].map(([, name]) => name),
  );
  const shown = read('scripts/messages/*.ts').join('\n');
  expect(written.length).toBeGreaterThan(30);
  expect(written.filter((name = '') => !PARTS.has(name) && !shown.includes(`${name}(`))).toEqual([]);
});

it('shows no marker, and no heading of a message as one of the page', () => {
  const page = generateMessagesDoc();
  expect(page).not.toContain('<!--');
  expect(page.match(/^## .*/gm)).toEqual(['## In Jira', '## In GitLab', '## After an audit', '## Why a run stopped']);
});

it('says nothing of a place the reader does not stand at', () => {
  const steps = generateMessagesDoc().split('## Why a run stopped')[1] ?? '';
  expect(steps).toContain('| `validation-failed` |');
  expect(steps).not.toMatch(/below|above|trigger status|ask again/i);
});
