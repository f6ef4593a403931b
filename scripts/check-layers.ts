import path from 'node:path';
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { type FolderRing, findFolderRings, type Import } from './find-folder-rings.ts';

const root = path.resolve(import.meta.dirname, '..');

const PRODUCT = ['functions', 'shared', 'runner-container', 'cli', 'sandbox'];

/** What is looked at. A folder at the top that is not here holds no TypeScript, or the type check would miss it too. */
const ROOTS = [...PRODUCT, 'test', 'scripts', 'vitest.config.ts'];

export interface LayerViolation {
  /** The rule's name in `.dependency-cruiser.cjs`, or `no-ring-of-folders`. */
  rule: string;
  from: string;
  to: string;
  /** The files or folders of a ring, `from` as the last; empty otherwise. */
  ring: string[];
  /** Of a ring of folders: an import for each step. */
  imports?: Import[];
}

/** Every import below `folder` that `.dependency-cruiser.cjs` does not allow, and every ring of folders. */
export async function findLayerViolations(folder: string): Promise<LayerViolation[]> {
  const config = await extractConfig(path.join(root, '.dependency-cruiser.cjs'));
  const { output } = await cruise(
    ROOTS,
    { ...config.options, baseDir: folder, ruleSet: config, validate: true },
    { conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.json'] },
  );
  const { summary, modules } = output as ICruiseResult;
  const imports = modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }) => ({ from: source, to: resolved })),
  );
  return [
    ...summary.violations.map(toViolation),
    ...findFolderRings(imports.filter(({ from, to }) => isProduct(from) && isProduct(to))).map(toRingViolation),
  ];
}

/** Tests may import everything. */
function isProduct(file: string): boolean {
  return PRODUCT.some((house) => file.startsWith(`${house}/`)) && !file.endsWith('.test.ts');
}

/** Found here, because the cruiser's own rule passes over rings that folders make together with what is below them. */
function toRingViolation({ folders, imports }: FolderRing): LayerViolation {
  const [from = '', ...others] = folders;
  return { rule: 'no-ring-of-folders', from, to: others[0] ?? from, ring: [...others, from], imports };
}

function toViolation({ rule, from, to, cycle = [] }: IViolation): LayerViolation {
  return { rule: rule.name, from, to, ring: cycle.map(({ name }) => name) };
}

if (import.meta.main) {
  const violations = await findLayerViolations(root);
  for (const { rule, from, to, ring, imports = [] } of violations) {
    process.stdout.write(`${from}: ${rule}: ${(ring.length > 0 ? ring : [to]).join(' -> ')}\n`);
    for (const step of imports) process.stdout.write(`  ${step.from} imports ${step.to}\n`);
  }
  if (violations.length > 0) {
    process.stdout.write(
      `\n${violations.length} forbidden imports. The rules and what to do instead: .dependency-cruiser.cjs\n`,
    );
    process.exitCode = 1;
  }
}
