import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { formatTable } from '../cli/output/format-table.ts';
import type { BenchEnvironment, BenchLine } from './bench-tools/bench-line.ts';
import { runGrowth } from './growth/run-growth.ts';

/** Several lines where one measurement has several answers; `undefined` where this machine lacks what it needs. */
type Bench = (environment: BenchEnvironment) => Promise<BenchLine | readonly BenchLine[] | undefined>;

/**
 * Measures what the design promises about speed and prints it as ratios of two things measured in the same run: what
 * cmap needs against the floor it cannot go below. `npm run bench -- NAME` measures the lines whose file name contains
 * NAME. Exit code 1 when a ratio is above its limit. `npm run bench -- --growth` counts instead what work costs in
 * storages of growing size.
 */
if (process.argv.includes('--growth')) {
  process.stdout.write(`${await runGrowth(process.argv.slice(2))}\n`);
  process.exit(0);
}
const wanted = process.argv[2] ?? '';
const environment: BenchEnvironment = { searchPath: process.env['PATH'] ?? '' };
const folder = path.join(import.meta.dirname, 'bench-lines');
const files = (await readdir(folder)).filter((name) => name.includes(wanted)).sort();

const rows: string[][] = [];
let failed = false;
for (const file of files) {
  const module: Record<string, unknown> = await import(path.join(folder, file));
  const bench = Object.values(module).find((value): value is Bench => typeof value === 'function');
  if (!bench) throw new Error(`scripts/bench-lines/${file} exports no function`);
  const measured = await bench(environment);
  if (!measured) process.stderr.write(`skipped: ${file}\n`);
  for (const line of [measured ?? []].flat()) {
    const over = line.ratio > line.limit;
    failed ||= over;
    rows.push([
      line.name,
      format(line.floor),
      format(line.ours),
      line.unit,
      `${line.ratio.toFixed(2)}x`,
      `${line.limit}x`,
      [over ? 'ABOVE THE LIMIT' : '', line.note ?? ''].filter(Boolean).join('; '),
    ]);
    process.stderr.write(`measured: ${line.name}\n`);
  }
}
const heading = ['WHAT', 'FLOOR', 'OURS', 'UNIT', 'RATIO', 'LIMIT', ''];
process.stdout.write(`${formatTable(heading, rows, { color: false })}\n`);
process.exit(failed ? 1 : 0);

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
