import { MINUTE } from '../../shared/kernel/clock.ts';
import { createWholeApp, someBindings } from '../../test/builders/whole-app.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import type { BenchLine } from '../bench-tools/bench-line.ts';
import { countStorage } from '../bench-tools/count-storage.ts';

const GROUPS = 1000;
/** Two lists of where the groups stand, and the 500 that are polled written a hundred at a time, in two partitions. */
const FLOOR = 2 + (2 * GROUPS) / 2 / 100;

/** What an idle poll of very many groups asks of storage. A count, not a time. */
export async function benchIdleGroups(): Promise<BenchLine> {
  const clock = createSteppedClock();
  const storage = createMemoryStorage({ clock });
  const app = createWholeApp({ storage, clock, bindings: someBindings(GROUPS, 1) });
  const pollOnce = async () => {
    clock.time += MINUTE;
    await app.pollGitLab();
  };
  for (let minute = 0; minute < 5; minute += 1) await pollOnce();
  const count = countStorage(storage);
  const calls = app.countGitLabCalls();
  app.log.lines.length = 0;
  await pollOnce();
  const ours = count().tables;
  return {
    name: `idle GitLab poll, ${GROUPS} top-level groups`,
    unit: 'storage requests',
    floor: FLOOR,
    ours,
    ratio: ours / FLOOR,
    // One more says which map is in force.
    limit: 1.1,
    note: `${app.countGitLabCalls() - calls} calls to GitLab and ${app.log.lines.length} line in the log`,
  };
}
