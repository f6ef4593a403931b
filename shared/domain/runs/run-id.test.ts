import { expect, it } from 'vitest';

import { buildDedupKey, buildRunId } from './run-id.ts';

// An event that is delivered before and after an update of the product is one run, so these never change.
it.each([
  { again: undefined, dedupKey: 'coding~PROJ-12~1' },
  { again: 'run-5', dedupKey: 'coding~PROJ-12~1~grun-5' },
])('keeps the key of a task across versions: $dedupKey', ({ again, dedupKey }) => {
  expect(buildDedupKey('coding~PROJ-12~1', again)).toBe(dedupKey);
});

it.each([
  { dedupKey: 'coding~PROJ-12~1', salt: undefined, runId: 'run-4696fd813e6e' },
  { dedupKey: 'coding~PROJ-12~1', salt: 0, runId: 'run-4696fd813e6e' },
  { dedupKey: 'coding~PROJ-12~1', salt: 1, runId: 'run-5ca00923efdd' },
  { dedupKey: 'coding~PROJ-12~1', salt: 2, runId: 'run-4e9010bed989' },
  { dedupKey: 'coding~PROJ-12~1~grun-5', salt: 0, runId: 'run-824500459ac0' },
])('keeps the id of a run across versions: $runId', ({ dedupKey, salt, runId }) => {
  expect(buildRunId(dedupKey, salt)).toBe(runId);
});
