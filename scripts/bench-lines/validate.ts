import { parse } from 'yaml';

import { parseMapping } from '../../shared/mapping/parse-mapping.ts';

const BINDINGS = 10_000;
const ROUNDS = 7;

/** How long checking 10,000 bindings takes, against reading the same YAML with nothing checked. */
export async function benchValidate() {
  const text = aLargeMapping();
  const floor = [];
  const ours = [];
  // Taking turns spreads whatever else the machine does over both. The first round warms up and is dropped.
  for (let round = 0; round <= ROUNDS; round += 1) {
    floor.push(measure(() => parse(text)));
    ours.push(measure(() => checkAll(text)));
  }
  const [floorMs, oursMs] = [median(floor.slice(1)), median(ours.slice(1))];
  return {
    name: 'cmap validate, 10,000 bindings',
    unit: 'ms',
    floor: floorMs,
    ours: oursMs,
    ratio: oursMs / floorMs,
    limit: 2,
  };
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

function measure(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
