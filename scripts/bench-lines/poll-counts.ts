import { MINUTE } from '../../shared/kernel/clock.ts';
import { startPollFixture } from '../../test/builders/poll-fixture.ts';
import type { BenchLine } from '../bench-tools/bench-line.ts';

/** What an idle poll asks GitLab, against one request per credential and top-level group. A count, not a time. */
export async function benchPollCounts(): Promise<BenchLine> {
  const fixture = await startPollFixture();
  try {
    // The first poll looks the repositories up and says from when on changes are work; soon nothing is new any more.
    for (let minute = 0; minute < 5; minute += 1) {
      fixture.clock.time += MINUTE;
      await fixture.poll();
    }
    fixture.clock.time += MINUTE;
    const counts = await fixture.requestsOfOnePoll();
    const ours = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return {
      name: 'idle GitLab poll, 100 repositories, 500 open merge requests',
      unit: 'requests',
      floor: 2,
      ours,
      ratio: ours / 2,
      limit: 1,
      note: `two credentials with one top-level group each: ${Object.keys(counts).join(', ')}`,
    };
  } finally {
    await fixture.gitlab.close();
  }
}
