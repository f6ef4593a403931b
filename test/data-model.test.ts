import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Rows } from '../shared/adapters/storage/tables/rows.ts';
import { buildEchoTask } from '../shared/domain/tasks/build-task.ts';
import { silentLog } from '../shared/kernel/log.ts';
import { admitTask } from '../shared/services/runs/admit-task.ts';
import { aReviewTask } from './builders/tasks.ts';
import { createManualClock } from './doubles/manual-clock.ts';
import { createMemoryStorage, type MemoryStorage } from './doubles/memory-storage.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/data-model.md');

/** The cells of the table below a heading, without its first two lines. */
function tableBelow(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const lines = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** `open:<kind>:<subject>` as an expression; a part in brackets is one part of a key, a name alone may be any text. */
function toPattern(cell: string): RegExp {
  const text = cell.replaceAll('`', '').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${text.replaceAll(/<(?:time|newest first)>/g, '\\d{16}').replaceAll(/<[^>]+>/g, '[^:]+')}$`);
}

const documented = tableBelow('Tables').map(([table = '', partition = '', row = '', ...rest]) => ({
  table: table.replaceAll('`', ''),
  partition: toPattern(partition),
  row: toPattern(row),
  name: `${table} ${partition} ${row}`,
  rest,
}));

interface Written {
  table: string;
  partition: string;
  key: string;
}

/** Every key that is written from now on. */
function noteKeys(storage: MemoryStorage): Written[] {
  const written: Written[] = [];
  for (const [table, rows] of Object.entries(storage.parts.rows)) {
    const { write } = rows;
    const noted: Rows['write'] = (partition, changes) => {
      written.push(...changes.map(({ key }) => ({ table, partition, key })));
      return write(partition, changes);
    };
    Object.assign(rows, { write: noted });
  }
  return written;
}

/** One of everything that the ports of the storage keep. */
async function writeEverything(): Promise<Written[]> {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const written = noteKeys(storage);
  const { ledger, scopes, permits, budgets, outbox, skipLog, watermarks, pollers, projects, accounts } = storage;
  const { runId } = await admitTask(aReviewTask(), { ...storage, clock, log: silentLog });
  await admitTask(buildEchoTask({ name: 'echo', text: 'x' }), { ...storage, clock, log: silentLog });
  await ledger.append({ runId, at: clock.now(), name: 'cloned' });
  await scopes.take({ scope: 'mr~7~3', runId, holder: 'runner/1', leaseMs: 1000 });
  await permits.take('PROJ', { runId, scope: 'mr~7~3', holder: 'runner/1' }, 2);
  await budgets.start({ bindingKey: 'PROJ', day: '2026-01-05', runId }, { runsPerDay: 9, maxTokens: 10 });
  const months = ['binding', 'deployment'] as const;
  await budgets.start({ bindingKey: 'PROJ', day: '2026-01-05', runId, months }, { runsPerMonth: 9, maxTokens: 10 });
  await outbox.enqueue({ kind: 'merge-request-ended', projectId: 7, iid: 3, ending: 'merged' });
  for (const open of await outbox.listOpen()) await outbox.complete(open);
  await skipLog.record('mr~7~3', 'draft');
  await skipLog.record('issue~PROJ-1', 'asker-unknown', undefined, 'comment 12');
  await Promise.all([outbox.purge(0, 1), skipLog.purge(0, 1)]);
  await watermarks.advance('gitlab~default~group', '1', undefined);
  await pollers.put('jira', { failures: 0 });
  const project = { projectId: 7, cloneUrl: 'c', webUrl: 'w', resolvedAt: 1 };
  await projects.put('https://gitlab.example.com|default|group/app', project);
  await accounts.put('https://gitlab.example.com|default', { digest: 'd' });
  await storage.generation.raise();
  await storage.appliedMaps.record({ generation: 1, appliedAt: clock.now(), json: '{}' });
  await storage.appliedMaps.recordChecked('rules', { generation: 1, bindings: [] });
  await storage.appliedMaps.recordRefusal({ at: clock.now(), problems: [] });
  await storage.signIns.putIf('jira', {}, undefined);
  return written;
}

describe('the tables of the page', () => {
  let written: Written[];
  beforeAll(async () => {
    written = await writeEverything();
  });
  const fits = (row: (typeof documented)[number], { table, partition, key }: Written) =>
    row.table === table && row.partition.test(partition) && row.row.test(key);

  it('name every row that is written', () => {
    expect(written.length).toBeGreaterThan(20);
    expect(written.filter((one) => !documented.some((row) => fits(row, one)))).toEqual([]);
  });

  it('name no row that is not written', () => {
    // The probe of `cmap doctor` goes around the ports.
    const probe = /partitionKey: 'probe'/.test(read('shared/adapters/storage/probe-storage.ts')) ? '`probe`' : '';
    const stale = documented.filter((row) => !written.some((one) => fits(row, one)) && !row.name.includes(probe));
    expect(stale.map(({ name }) => name)).toEqual([]);
  });

  it('say of each what it is, who reads it and what bounds it', () => {
    expect(documented.flatMap(({ rest }) => rest).filter((cell) => cell.length < 5)).toEqual([]);
    for (const { rest } of documented) expect(rest).toHaveLength(3);
  });
});

describe('the page names what Terraform makes', () => {
  const storage = read('infra/storage.tf');
  const namesIn = (text: string) => [...text.matchAll(/"([a-z-]+)"/g)].map(([, name]) => name).sort();
  const setOf = (name: string) => namesIn(new RegExp(`\\b${name}\\s*= toset\\((\\[.*\\])\\)`).exec(storage)?.[1] ?? '');
  const named = (heading: string) => tableBelow(heading).map(([cell = '']) => cell.replaceAll('`', ''));

  it('as tables', () => {
    expect([...new Set(documented.map(({ table }) => table))].sort()).toEqual(setOf('tables'));
  });

  it('as queues', () => {
    expect(
      named('Queues')
        .filter((name) => !name.includes('<'))
        .sort(),
    ).toEqual(setOf('queues'));
    expect(storage).toContain('"tasks-${name}"');
    expect(named('Queues')).toContain('tasks-<image>');
  });

  it('as containers', () => {
    const [, block = ''] = /audit_containers = \{\n([^}]*)/.exec(read('infra/audit.tf')) ?? [];
    const audit = [...block.matchAll(/^ {4}([a-z]+) = "/gm)].map(([, name]) => name);
    expect(audit).toHaveLength(2);
    expect(named('Blob containers').sort()).toEqual([...setOf('containers'), ...audit].sort());
  });
});
