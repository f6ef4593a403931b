import { parseArgs } from 'node:util';
import { formatTable } from '../../cli/output/format-table.ts';
import { describeLaw } from './describe-law.ts';
import { type Growth, type GrowthSizes, measureGrowthAlone, type Usage } from './measure-growth.ts';

const DEFAULTS = { runs: '1000,10000,50000', bindings: '10,100,1000' };

/**
 * `npm run bench -- --growth`: what each piece of work costs in storages of growing size, counted on the emulator, and
 * by which law it grows. `--runs 1000,10000` and `--bindings 10,100` take other sizes, smallest first.
 */
export async function runGrowth(args: readonly string[]): Promise<string> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      growth: { type: 'boolean' },
      runs: { type: 'string', default: DEFAULTS.runs },
      bindings: { type: 'string', default: DEFAULTS.bindings },
    },
  });
  const sizes = { runs: parseSizes(values.runs), bindings: parseSizes(values.bindings) };
  const growths = await measureGrowthAlone(sizes, (what) => process.stderr.write(`measured: ${what}\n`));
  return (['runs', 'bindings'] as const).map((of) => formatGrowths(growths, of, sizes)).join('\n\n');
}

function parseSizes(text: string): number[] {
  const sizes = text.split(',').map(Number);
  const isGrowing = sizes.every((size, index) => Number.isInteger(size) && size > (sizes[index - 1] ?? 0));
  if (!isGrowing) throw new Error(`Sizes are whole numbers, smallest first, with commas between them: ${text}`);
  return sizes;
}

function formatGrowths(growths: readonly Growth[], of: keyof GrowthSizes, sizes: GrowthSizes): string {
  const heading = ['WHAT', ...sizes[of].map((size) => `${size} ${of}`.toUpperCase()), 'GROWS'];
  const rows = growths
    .filter(({ grownIn }) => grownIn === of)
    .map((growth) => [growth.work, ...growth.usages.map(formatUsage), describeLaw(growth)]);
  const others = of === 'runs' ? `${sizes.bindings[0]} bindings` : `${sizes.runs[0]} runs`;
  const about = `With ${others}; operations / rows / kB of storage / kB of log or output`;
  return `${about}\n${formatTable(heading, rows, { color: false })}`;
}

function formatUsage({ operations, rows, bytes, logBytes }: Usage): string {
  return `${operations} / ${rows} / ${kilobytes(bytes)} / ${kilobytes(logBytes)}`;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
