import type { Growth, Usage } from './measure-growth.ts';

/** Below this a figure is called flat: what is counted is not the same to the last byte. */
const FLAT = 0.1;

const NAMES = { operations: 'operations', rows: 'rows', bytes: 'bytes', logBytes: 'log' } as const satisfies Record<
  keyof Usage,
  string
>;

/**
 * By which power of the size each figure grows, from the smallest size to the largest: `flat`, or `rows n^1.0, bytes
 * n^1.0` for those that grow.
 */
export function describeLaw({ sizes, usages }: Pick<Growth, 'sizes' | 'usages'>): string {
  const [first, last] = [usages[0], usages.at(-1)];
  const ratio = (sizes.at(-1) ?? 1) / (sizes[0] ?? 1);
  if (!first || !last || ratio <= 1) return '-';
  const grown = (Object.keys(NAMES) as (keyof Usage)[]).flatMap((name) => {
    const power = Math.log((last[name] + 1) / (first[name] + 1)) / Math.log(ratio);
    return power < FLAT ? [] : [`${NAMES[name]} n^${power.toFixed(1)}`];
  });
  return grown.length === 0 ? 'flat' : grown.join(', ');
}
