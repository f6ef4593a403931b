import { expect, it } from 'vitest';
import { type KeptPlace, toRefusedFields } from '../../../shared/domain/runs/refused-work.ts';
import type { RunEvent } from '../../../shared/domain/runs/run.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { only } from '../../../test/doubles/only.ts';
import type { CodingRun } from './coding-run.ts';
import { listKeptShas } from './list-kept-shas.ts';

const BRANCH = 'agent/PROJ-1--refused';
const onBranch = (sha: string): KeptPlace => ({ kind: 'branch', branch: BRANCH, sha });

function list(kept: readonly KeptPlace[], attempt: number) {
  const events = kept.map((place) =>
    only<RunEvent>({ name: 'refused', fields: toRefusedFields({ files: [], more: 0, kept: place }) }),
  );
  const keptBranch = { projectId: 7, name: BRANCH, sha: 'of another run' };
  return listKeptShas(
    {
      others: [aRun({ task: aCodingTask(), facts: { keptBranch } })],
      context: aRunContext(aCodingTask(), { attempt }),
      deps: only<CodingRun['deps']>({ listRunEvents: async () => events }),
    },
    BRANCH,
  );
}

it('knows what other runs have put there', async () => {
  expect(await list([], 1)).toEqual(new Set(['of another run']));
});

it('knows what an attempt that was stopped has put there, also once the next one has recorded its own', async () => {
  const attempts = [onBranch('first'), { kind: 'patch', name: 'cmap-1.patch' } as const, onBranch('second')];
  expect(await list(attempts, 2)).toEqual(new Set(['of another run', 'first', 'second']));
});
