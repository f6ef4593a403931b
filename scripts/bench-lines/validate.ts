import { parse } from 'yaml';

import { parseMapping } from '../../shared/domain/mapping/source/parse-mapping.ts';
import type { BenchLine } from '../bench-tools/bench-line.ts';
import { takeTurns, timeMs } from '../bench-tools/take-turns.ts';

const BINDINGS = 10_000;
const ROUNDS = 7;

/** How long checking 10,000 bindings takes, against reading the same YAML with nothing checked. */
export async function benchValidate(): Promise<BenchLine> {
  const text = aLargeMapping();
  const measured = await takeTurns(
    ROUNDS,
    () => timeMs(() => parse(text)),
    () => timeMs(() => checkAll(text)),
  );
  return { name: 'cmap validate, 10,000 bindings', unit: 'ms', ...measured, limit: 2 };
}

function checkAll(text: string): void {
  const mapping = parseMapping(text);
  if ('problems' in mapping || mapping.bindings.length !== BINDINGS)
    throw new Error('The benchmark mapping must be valid');
}

function aLargeMapping(): string {
  const lines = ['defaults:', '  target_branch: main', '  credential_ref: default', 'bindings:'];
  for (let index = 0; index < BINDINGS; index += 1) {
    lines.push(`  - jira_project: P${index}`, `    repo: group-${index % 100}/service-${index}`);
    if (index % 5 === 0) lines.push('    target_branch: develop', `    credential_ref: team_${index % 20}`);
  }
  return `${lines.join('\n')}\n`;
}
