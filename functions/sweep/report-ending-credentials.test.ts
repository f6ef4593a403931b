import { describe, expect, it } from 'vitest';
import type { AnswerAge } from '../../shared/domain/ports/gitlab.ts';
import type { CredentialEnding } from '../../shared/domain/runs/outbox-entry.ts';
import { DAY, HOUR } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { aGitLabUser } from '../../test/builders/gitlab.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { reportEndingCredentials } from './report-ending-credentials.ts';

const dayFrom = (now: number, days: number) => new Date(now + days * DAY).toISOString().slice(0, 10);

function createFixture(ends: Record<string, string | undefined>, problems: Record<string, 'credential-missing'> = {}) {
  const clock = createManualClock(Date.parse('2026-01-01T12:00:00Z'));
  const { pollers } = createMemoryStorage({ clock });
  const log = createMemoryLog();
  const asked: string[] = [];
  const away = new Set<string>();
  const announced: CredentialEnding[] = [];
  const refused = new Set<string>();
  const renewed: string[] = [];
  const nameless = new Set<string>();
  const deps = {
    credentials: {
      describe: () =>
        Object.keys(ends).map((alias) => ({
          alias,
          name: `GITLAB_TOKEN_${alias}`,
          source: 'environment' as const,
          ...(problems[alias] ? { problem: problems[alias] } : {}),
        })),
    },
    gitlabFor: async (alias: string) => ({
      async findTokenInfo() {
        asked.push(alias);
        if (refused.has(alias)) throw new TaskError('gitlab-unauthorized');
        if (away.has(alias)) throw new TaskError('gitlab-unavailable');
        const expiresAt = ends[alias];
        return { name: `token of ${alias}`, scopes: [], ...(expiresAt === undefined ? {} : { expiresAt }) };
      },
      async getCurrentUser(age?: AnswerAge) {
        renewed.push(`${alias} ${age?.maxAgeMs}`);
        if (nameless.has(alias)) throw new TaskError('gitlab-forbidden');
        return aGitLabUser();
      },
    }),
    pollers,
    announceEnding: async (ending: CredentialEnding) => void announced.push(ending),
    clock,
    log,
  };
  const report = () => reportEndingCredentials(deps);
  const warned = () => log.lines.filter(({ event }) => event === 'credential ends soon').map(({ fields }) => fields);
  return { clock, log, asked, away, refused, renewed, nameless, report, warned, announced };
}

describe('a token that ends', () => {
  it('is reported at 14, 7 and 1 day and at its end, once each by however many sweeps', async () => {
    const { clock, report, warned, announced } = createFixture({
      team: dayFrom(Date.parse('2026-01-01T12:00:00Z'), 20),
    });
    for (let hour = 0; hour < 24 * 24; hour += 1) {
      await report();
      await clock.advance(HOUR);
    }
    expect(warned().map(({ days }) => days)).toEqual([14, 7, 1, -1]);
    expect(announced).toEqual([14, 7, 1, -1].map((days) => ({ credentialRef: 'team', days, expiresAt: '2026-01-21' })));
    expect(warned()[0]).toEqual({
      credentialRef: 'team',
      tokenName: 'token of team',
      expiresAt: '2026-01-21',
      days: 14,
    });
  });

  it.each([
    { name: 'less than a week before', days: 5, expected: [4] },
    { name: 'two weeks and a day before', days: 16, expected: [] },
    { name: 'after it has ended', days: -3, expected: [-4] },
  ])('is looked at for the first time $name', async ({ days, expected }) => {
    const { report, warned } = createFixture({ team: dayFrom(Date.parse('2026-01-01T12:00:00Z'), days) });
    await report();
    await report();
    expect(warned().map((fields) => fields['days'])).toEqual(expected);
  });

  it('is reported late rather than never when nothing ran for days', async () => {
    const { clock, report, warned } = createFixture({ team: dayFrom(Date.parse('2026-01-01T12:00:00Z'), 20) });
    await report();
    await clock.advance(16 * DAY);
    await report();
    expect(warned().map(({ days }) => days)).toEqual([3]);
  });
});

it('says nothing of a token without an end', async () => {
  const { report, warned } = createFixture({ team: undefined });
  await report();
  expect(warned()).toEqual([]);
});

it('asks once a day, not for one that cannot be read, and after an hour for one GitLab did not answer for', async () => {
  const { clock, log, asked, away, report } = createFixture(
    { team: undefined, other: undefined, gone: undefined },
    { gone: 'credential-missing' },
  );
  away.add('other');
  await report();
  expect(asked).toEqual(['team', 'other']);
  expect(log.lines).toMatchObject([{ event: 'credential not asked for', fields: { credentialRef: 'other' } }]);

  await clock.advance(HOUR - 1);
  await report();
  expect(asked).toEqual(['team', 'other']);
  await clock.advance(1);
  away.clear();
  await report();
  expect(asked).toEqual(['team', 'other', 'other']);
  await clock.advance(23 * HOUR);
  await report();
  expect(asked).toEqual(['team', 'other', 'other', 'team']);
});

it('asks for twenty in one sweep, and for the others in the next', async () => {
  const { asked, report } = createFixture(
    Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`team-${index}`, undefined])),
  );
  await report();
  expect(asked).toHaveLength(20);
  await report();
  await report();
  await report();
  expect(new Set(asked).size).toBe(45);
  expect(asked).toHaveLength(45);
});

it('takes a token that GitLab refuses for one that has ended, and says so once until it is accepted again', async () => {
  const { clock, refused, report, warned, announced } = createFixture({ team: undefined });
  const startedAt = clock.now();
  for (const isRefused of [true, true, false, true]) {
    if (isRefused) refused.add('team');
    else refused.delete('team');
    await report();
    await clock.advance(DAY);
  }
  expect(warned()).toEqual([
    { credentialRef: 'team', days: -1 },
    { credentialRef: 'team', days: -1 },
  ]);
  // Two ends, and not one that is logged twice.
  expect(announced).toEqual([
    { credentialRef: 'team', days: -1, acceptedAt: 0 },
    { credentialRef: 'team', days: -1, acceptedAt: startedAt + 2 * DAY },
  ]);
});

describe('whose a token is', () => {
  it('is asked anew once a day, after its end, for the webhooks that rely on it', async () => {
    const { clock, report, renewed } = createFixture({ team: undefined, other: undefined });
    await report();
    await report();
    expect(renewed).toEqual(['team 0', 'other 0']);
    await clock.advance(DAY);
    await report();
    expect(renewed).toHaveLength(4);
  });

  it('says nothing of the token where GitLab does not tell', async () => {
    const { report, nameless, warned, log, asked, clock } = createFixture({ team: undefined });
    nameless.add('team');
    await report();
    await clock.advance(HOUR);
    await report();
    expect(asked).toEqual(['team']);
    expect(warned()).toEqual([]);
    expect(log.lines.map(({ event, level }) => `${level} ${event}`)).toEqual(['info account not asked for']);
  });
});
