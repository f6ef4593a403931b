import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, inject, it } from 'vitest';

import { formatViolations } from '../../sandbox/torture/play/report.ts';
import { runTorture } from '../../sandbox/torture/play/run-torture.ts';
import { takeAzurite } from '../share-azurite.ts';

/** The plan of this seed has kills of both programs, storage trouble, a reload, tickets and merge requests. */
const SEED = 1;

it('keeps every promise while processes die, services lie and people go on working', async () => {
  const { report, log } = await runTorture({
    minutes: 0.5,
    seed: SEED,
    settleWithinMs: 600_000,
    functionInstances: 2,
    runners: 2,
    parts: { azurite: takeAzurite(), programs: inject('programs') },
  });
  const file = path.join(tmpdir(), `cmap-torture-test-${process.pid}.log`);
  if (report.violations.length > 0) await writeFile(file, `${log.join('\n')}\n`);

  expect(formatViolations(report.violations, log), `the whole log is in ${file}`).toBe('');
  expect(report.tickets).toBeGreaterThan(2);
  expect(report.runs['done']).toBeGreaterThan(2);
  expect(report.actions['kill runner'] ?? 0).toBeGreaterThan(0);
  expect(report.restarts).toBeGreaterThan(0);
}, 1_200_000);
