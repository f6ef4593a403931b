import { InvocationContext, type Timer, type TimerHandler } from '@azure/functions';
import { describe, expect, it } from 'vitest';

import { SECOND } from '../../shared/kernel/clock.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import type { FunctionEntry, TimerEntry } from './function-table.ts';
import { joinTimers } from './join-timers.ts';

const MINUTELY = '0 * * * * *';
const HEALTH: FunctionEntry = {
  trigger: 'http',
  name: 'health',
  route: 'health',
  methods: ['GET'],
  handler: () => ({}),
};
const TIMER = {} as Timer; // nothing reads what the host says of the schedule

const timer = (name: string, handler: TimerHandler = () => {}, schedule = MINUTELY): TimerEntry => ({
  trigger: 'timer',
  name,
  schedule,
  handler,
});

function join(...entries: FunctionEntry[]) {
  const clock = createManualClock();
  const log = createMemoryLog();
  const table = joinTimers(entries, { clock, log });
  const timers = table.filter((entry) => entry.trigger === 'timer');
  const tick = () => (async () => timers[0]?.handler(TIMER, new InvocationContext()))();
  return { clock, log, table, timers, tick };
}

describe('which timers are one function', () => {
  it.each<{ name: string; entries: FunctionEntry[]; expected: [string, string][] }>([
    {
      name: 'those of one schedule',
      entries: [timer('sweep'), timer('poll-gitlab'), timer('poll-jira'), timer('audits', undefined, '0 0 5 * * *')],
      expected: [
        ['tick', MINUTELY],
        ['audits', '0 0 5 * * *'],
      ],
    },
    {
      name: 'each by itself where no two agree',
      entries: [timer('sweep', undefined, '1 * * * * *'), timer('poll-jira', undefined, '2 * * * * *')],
      expected: [
        ['sweep', '1 * * * * *'],
        ['poll-jira', '2 * * * * *'],
      ],
    },
    {
      name: 'two without the sweep',
      entries: [timer('poll-gitlab'), timer('sweep', undefined, '1 * * * * *'), timer('poll-jira')],
      expected: [
        ['poll-gitlab-and-poll-jira', MINUTELY],
        ['sweep', '1 * * * * *'],
      ],
    },
  ])('$name', ({ entries, expected }) => {
    expect(join(...entries).timers.map(({ name, schedule }) => [name, schedule])).toEqual(expected);
  });

  it('leaves what answers requests alone', () => {
    expect(join(timer('sweep'), HEALTH, timer('poll-jira')).table).toContain(HEALTH);
  });

  it('names the parts, each of which runs alone', async () => {
    const ran: string[] = [];
    const { timers } = join(
      timer('sweep', () => void ran.push('sweep')),
      timer('poll-jira', () => void ran.push('poll-jira')),
    );
    await timers[0]?.parts?.[1]?.handler(TIMER, new InvocationContext());
    expect(ran).toEqual(['poll-jira']);
  });
});

describe('a tick', () => {
  it('runs every part, also beside one that fails, and fails as that one did', async () => {
    const ran: string[] = [];
    const { tick } = join(
      timer('sweep', () => Promise.reject(new Error('broken'))),
      timer('poll-jira', () => void ran.push('poll-jira')),
    );
    await expect(tick()).rejects.toThrow(/^broken$/);
    expect(ran).toEqual(['poll-jira']);
  });

  it('says what each part failed of, and the same thing once', async () => {
    const fail = (text: string) => () => {
      throw new Error(text);
    };
    const { tick } = join(
      timer('sweep', fail('one')),
      timer('poll-gitlab', fail('two')),
      timer('poll-jira', fail('one')),
    );
    await expect(tick()).rejects.toThrow(/^Error: one; Error: two$/);
    await expect(join(timer('sweep', fail('one')), timer('b', fail('one'))).tick()).rejects.toThrow(/^one$/);
  });

  it('does not let a part that takes long keep the others waiting', async () => {
    const slow = Promise.withResolvers<void>();
    const ran: string[] = [];
    const { clock, log, tick } = join(
      timer('sweep', () => void ran.push('sweep')),
      timer('poll-gitlab', () => {
        ran.push('poll-gitlab');
        return slow.promise;
      }),
    );
    const first = tick();
    await clock.advance(50 * SECOND);
    await first;
    expect(log.lines).toMatchObject([{ event: 'timer takes longer than a tick', fields: { function: 'poll-gitlab' } }]);

    await tick();
    expect(ran).toEqual(['sweep', 'poll-gitlab', 'sweep']);
    slow.resolve();
    await slow.promise;
    await clock.advance(0);
    await tick();
    expect(ran).toEqual(['sweep', 'poll-gitlab', 'sweep', 'sweep', 'poll-gitlab']);
  });

  it('begins a part anew that has not ended after ten minutes', async () => {
    let begun = 0;
    const { clock, tick } = join(
      timer('sweep'),
      timer('poll-gitlab', () => {
        begun += 1;
        return new Promise<void>(() => {});
      }),
    );
    for (let minute = 0; minute < 11; minute += 1) {
      const ticked = tick();
      await clock.advance(50 * SECOND);
      await ticked;
      await clock.advance(10 * SECOND);
      expect(begun).toBe(minute < 10 ? 1 : 2);
    }
  });

  it('logs what fails after it has ended', async () => {
    const slow = Promise.withResolvers<void>();
    const { clock, log, tick } = join(
      timer('sweep'),
      timer('poll-gitlab', () => slow.promise),
    );
    const first = tick();
    await clock.advance(50 * SECOND);
    await first;
    slow.reject(new Error('late'));
    await clock.advance(0);
    expect(log.lines).toMatchObject([
      { event: 'timer takes longer than a tick' },
      { level: 'error', event: 'timer failed', fields: { function: 'poll-gitlab' } },
    ]);
  });
});
