import { createWholeApp, someBindings } from '../../test/builders/whole-app.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import type { BenchLine } from '../bench-tools/bench-line.ts';
import { countStorage } from '../bench-tools/count-storage.ts';

const FEW = 10;
const MANY = 1000;

/** What a process asks storage before it can review one repository, with many bindings against few. A count. */
export async function benchBeginReview(): Promise<BenchLine> {
  const [floor, ours] = [await countBeginning(FEW), await countBeginning(MANY)];
  return {
    name: `a review begins, ${MANY} bindings against ${FEW}`,
    unit: 'storage requests',
    floor: floor.requests,
    ours: ours.requests,
    ratio: ours.requests / floor.requests,
    limit: 1,
    note: `${ours.calls} calls to GitLab for other repositories, ${ours.lines} lines in the log`,
  };
}

async function countBeginning(bindings: number): Promise<{ requests: number; calls: number; lines: number }> {
  const clock = createSteppedClock();
  const storage = createMemoryStorage({ clock });
  const app = createWholeApp({ storage, clock, bindings: someBindings(bindings) });
  await app.pollGitLab();
  const count = countStorage(storage);
  const calls = app.countGitLabCalls();
  app.log.lines.length = 0;
  await app.beginReview(bindings);
  return { requests: count().tables, calls: app.countGitLabCalls() - calls, lines: app.log.lines.length };
}
