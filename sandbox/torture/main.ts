import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { formatReport, formatViolations } from './play/report.ts';
import { runTorture } from './play/run-torture.ts';

/**
 * `--minutes N` (2), `--seed S` (1), `--json` for one JSON object on stdout. The same seed plans the same actions; when
 * exactly they meet what, the machine decides. Exit code 1 when a promise was not kept.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write('--minutes takes a number above 0 and --seed a whole number.\n');
  process.exit(2);
}

const startedAt = Date.now();
const print = (line: string) => {
  if (!values.json) process.stdout.write(`${line}\n`);
};
const { report, log } = await runTorture({
  minutes,
  seed,
  settleWithinMs: 4 * 60_000,
  lateAfterMs: 60_000,
  onAction: (line) => print(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)}s  ${line}`),
});
const file = path.join(tmpdir(), `cmap-torture-${seed}-${startedAt}.log`);
await writeFile(file, `${log.join('\n')}\n`);
if (values.json) process.stdout.write(`${JSON.stringify({ ...report, log: file }, null, 2)}\n`);
print(`\n${formatReport(report)}\n\nThe whole log is in ${file}`);
if (report.violations.length > 0) {
  process.stderr.write(`\n${formatViolations(report.violations, log)}\n`);
  process.exitCode = 1;
}
