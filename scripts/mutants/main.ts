import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { formatMutants, MutationReport } from './format-mutants.ts';

/**
 * `npm run mutants -- [--all] [--changed] [ROOM...]`: changes the code in small ways with Stryker and says which
 * changes no unit test notices, by room. A room is a folder or a file; the core unless given. Mutants of constants at
 * the top of a file need every test again and are left out without `--all`. With `--changed` a mutant whose file and
 * tests are as they were the last time keeps its result: for work on one room, because what the file imports may have
 * changed too. Exit code 1 when Stryker itself failed.
 */
const CORE = [
  'shared/domain/tasks',
  'shared/domain/review',
  'shared/domain/runs',
  'shared/domain/mapping',
  'shared/services/runs',
  'shared/services/credentials',
  'shared/adapters/storage',
  'shared/adapters/jira/adf',
  'runner-container/drain',
  'runner-container/gate',
  'functions/webhooks',
  'functions/ingest',
  'functions/polling',
];
const root = path.resolve(import.meta.dirname, '../..');
const { values: flags, positionals: given } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false }, changed: { type: 'boolean', default: false } },
});
const rooms = (given.length > 0 ? given : CORE).map((room) => room.replace(/\/$/, ''));

const STRYKER = path.join(import.meta.dirname, 'node_modules/@stryker-mutator/core/bin/stryker.js');
install();

const folder = mkdtempSync(path.join(tmpdir(), 'cmap-mutants-'));
try {
  for (const room of rooms) {
    const report = mutate(room);
    if (report) process.stdout.write(`${formatMutants(room, report)}\n\n`);
    else process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Stryker is an install of its own, so that only those who ask for it have it. */
function install(): void {
  if (existsSync(STRYKER)) return;
  process.stderr.write('Installs Stryker in scripts/mutants, once.\n');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(1);
}

/** `undefined` when Stryker failed; it has said why. */
function mutate(room: string): MutationReport | undefined {
  const jsonFile = path.join(folder, 'report.json');
  const configFile = path.join(folder, 'stryker.json');
  writeFileSync(
    configFile,
    JSON.stringify({
      testRunner: 'vitest',
      plugins: [path.join(import.meta.dirname, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
      vitest: { configFile: 'scripts/mutants/vitest.config.ts', related: true },
      mutate: [room.endsWith('.ts') ? room : `${room}/**/*.ts`, '!**/*.test.ts'],
      ignorePatterns: ['dist', 'infra', 'docs', '.git'],
      ignoreStatic: !flags.all,
      // What is last known is kept always, and believed when asked for.
      incremental: true,
      incrementalFile: path.join(
        root,
        'node_modules/.cache/mutants',
        `${room.replaceAll('/', '-')}${flags.all ? '-all' : ''}.json`,
      ),
      force: !flags.changed,
      // A mutant that never ends is killed by its time: on a busy machine, the others must not be, nor the first run of
      // a room that most tests reach.
      timeoutMS: 30_000,
      dryRunTimeoutMinutes: 30,
      coverageAnalysis: 'perTest',
      reporters: ['json', 'progress-append-only'],
      jsonReporter: { fileName: jsonFile },
      // TypeScript 7 has no API that Stryker could read this file with, and nothing here needs it.
      tsconfigFile: 'none.json',
    }),
  );
  const { status } = spawnSync(process.execPath, [STRYKER, 'run', configFile], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) return undefined;
  return MutationReport.parse(JSON.parse(readFileSync(jsonFile, 'utf8')));
}
