import path from 'node:path';
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';

const root = path.resolve(import.meta.dirname, '..');

/** What is looked at. A folder at the top that is not here holds no TypeScript, or the type check would miss it too. */
const ROOTS = ['functions', 'shared', 'runner-container', 'cli', 'sandbox', 'test', 'scripts', 'vitest.config.ts'];

export interface LayerViolation {
  /** The rule's name in `.dependency-cruiser.cjs`. */
  rule: string;
  from: string;
  to: string;
  /** The files or folders of a ring; empty otherwise. */
  ring: string[];
}

/** Every import below `folder` that `.dependency-cruiser.cjs` does not allow. */
export async function findLayerViolations(folder: string): Promise<LayerViolation[]> {
  const config = await extractConfig(path.join(root, '.dependency-cruiser.cjs'));
  const { output } = await cruise(
    ROOTS,
    { ...config.options, baseDir: folder, ruleSet: config, validate: true },
    { conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.json'] },
  );
  return (output as ICruiseResult).summary.violations.map(toViolation);
}

function toViolation({ rule, from, to, cycle = [] }: IViolation): LayerViolation {
  return { rule: rule.name, from, to, ring: cycle.map(({ name }) => name) };
}

if (import.meta.main) {
  const violations = await findLayerViolations(root);
  for (const { rule, from, to, ring } of violations) {
    process.stdout.write(`${from}: ${rule}: ${[to, ...ring.slice(0, -1)].join(' -> ')}\n`);
  }
  if (violations.length > 0) {
    process.stdout.write(
      `\n${violations.length} forbidden imports. The rules and what to do instead: .dependency-cruiser.cjs\n`,
    );
    process.exitCode = 1;
  }
}
