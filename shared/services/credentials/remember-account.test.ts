import { describe, expect, it } from 'vitest';
import { aGitLabUser } from '../../../test/builders/gitlab.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { GitLab } from '../../domain/ports/gitlab.ts';
import { DAY, HOUR } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { Secret } from '../../kernel/secret.ts';
import { rememberAccount } from './remember-account.ts';

const BASE_URL = 'https://gitlab.example.com';

function createFixture() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const log = createMemoryLog();
  const asked: string[] = [];
  const says = { user: aGitLabUser({ id: 99, username: 'cmap' }), token: 'glpat-of-a-test-1' };
  /** What happens while GitLab is asked. */
  const meanwhile: { do: () => void | Promise<void> } = { do: () => {} };
  const gitlab = {
    async getCurrentUser() {
      asked.push('user');
      const { user } = says;
      await meanwhile.do();
      return user;
    },
    async findTokenInfo() {
      asked.push('token');
      return undefined;
    },
  };
  const start = ({ baseUrl = BASE_URL, ref = 'default', accounts = storage.accounts } = {}) =>
    rememberAccount(ref, gitlab as unknown as GitLab, {
      accounts,
      credentials: { get: async () => new Secret(says.token) },
      baseUrl,
      clock,
      log,
    });
  return { clock, storage, log, asked, says, meanwhile, start };
}

describe('who a credential is', () => {
  it('is asked once by all processes of a day, by however many at once', async () => {
    const { start, asked, says, clock } = createFixture();
    const first = start();
    expect(await Promise.all([first.getCurrentUser(), first.getCurrentUser()])).toEqual([says.user, says.user]);
    await clock.advance(DAY - 1);
    expect(await start().getCurrentUser()).toEqual(says.user);
    expect(await first.getCurrentUser()).toEqual(says.user);
    expect(asked).toEqual(['user']);
    await clock.advance(1);
    await start().getCurrentUser();
    expect(asked).toEqual(['user', 'user']);
  });

  it.each([
    { name: 'another token', change: { token: 'glpat-of-a-test-2' }, other: {} },
    { name: 'another GitLab', change: {}, other: { baseUrl: 'https://gitlab.example.org' } },
    { name: 'another credential with the same token', change: {}, other: { ref: 'team' } },
  ])('is not believed of $name', async ({ change, other }) => {
    const { start, asked, says } = createFixture();
    await start().getCurrentUser();
    Object.assign(says, change);
    await start(other).getCurrentUser();
    expect(asked).toEqual(['user', 'user']);
  });

  it('is asked for each token by itself where one takes the place of another meanwhile', async () => {
    const { clock, start, asked, says, meanwhile } = createFixture();
    const account = start();
    const answered = Promise.withResolvers<void>();
    meanwhile.do = () => answered.promise;
    const before = account.getCurrentUser();
    await clock.advance(0);
    const first = says.user;
    const second = aGitLabUser({ id: 100, username: 'cmap-of-today' });
    Object.assign(says, { token: 'glpat-of-a-test-2', user: second });
    const after = [account.getCurrentUser(), account.getCurrentUser()];
    await clock.advance(0);
    answered.resolve();
    expect(await Promise.all([before, ...after])).toEqual([first, second, second]);
    expect(asked).toEqual(['user', 'user']);
  });

  it('is the same with and without a slash behind the URL', async () => {
    const { start, asked } = createFixture();
    await start({ baseUrl: `${BASE_URL}/` }).getCurrentUser();
    await start().getCurrentUser();
    expect(asked).toEqual(['user']);
  });

  it('is asked anew for an age, and known to the others then', async () => {
    const { start, asked, says, clock } = createFixture();
    await start().getCurrentUser();
    says.user = aGitLabUser({ id: 99, username: 'renamed' });
    await clock.advance(1000);
    const other = start();
    expect(await other.getCurrentUser({ maxAgeMs: 1000 })).toEqual(says.user);
    expect(await other.getCurrentUser({ maxAgeMs: 1000 })).toEqual(says.user);
    expect(await start().getCurrentUser()).toEqual(says.user);
    expect(asked).toEqual(['user', 'user']);
  });

  it('is read again where another process asked meanwhile', async () => {
    const { start, asked, clock } = createFixture();
    const here = start();
    await here.getCurrentUser();
    await clock.advance(DAY);
    await start().getCurrentUser();
    await here.getCurrentUser();
    expect(asked).toEqual(['user', 'user']);
  });

  it('is not kept where the token was replaced while it was asked', async () => {
    const { start, asked, says, meanwhile } = createFixture();
    meanwhile.do = () => void Object.assign(says, { token: 'glpat-of-a-test-2' });
    await start().getCurrentUser();
    await start().getCurrentUser();
    expect(asked).toEqual(['user', 'user']);
  });

  it('is not believed of a clock that is ahead', async () => {
    const { start, asked, clock, storage } = createFixture();
    await start().getCurrentUser();
    const key = `${BASE_URL}|default`;
    const row = await storage.accounts.find(key);
    if (!row?.user) throw new Error('nothing is remembered');
    await storage.accounts.put(key, { ...row, user: { ...row.user, at: clock.now() + HOUR } });
    await start().getCurrentUser();
    expect(asked).toEqual(['user', 'user']);
  });

  it('is asked of GitLab while storage is away or its row is damaged', async () => {
    const { start, asked, log } = createFixture();
    const broken = async () => {
      throw new TaskError('storage-unavailable');
    };
    const gitlab = start({ accounts: { find: broken, put: broken } });
    await gitlab.getCurrentUser();
    expect(await gitlab.getCurrentUser()).toMatchObject({ id: 99 });
    expect(asked).toEqual(['user']);
    expect(log.lines.map(({ event }) => event)).toEqual(['account not readable', 'account not writable']);
  });

  it('is stored without the token', async () => {
    const { start, storage, says } = createFixture();
    await start().getCurrentUser();
    const written: unknown[] = [];
    for await (const row of storage.parts.rows.state.list('accounts')) written.push(row);
    expect(written).toHaveLength(1);
    expect(JSON.stringify(written)).not.toContain(says.token);
  });
});

describe('what is known of a token', () => {
  it('is asked each time, and by no other process within the age it gives', async () => {
    const { start, asked, clock } = createFixture();
    await start().findTokenInfo();
    await start().findTokenInfo();
    expect(asked).toEqual(['token', 'token']);
    await clock.advance(HOUR - 1);
    expect(await start().findTokenInfo({ maxAgeMs: HOUR })).toBeUndefined();
    expect(asked).toHaveLength(2);
    await clock.advance(1);
    await start().findTokenInfo({ maxAgeMs: HOUR });
    expect(asked).toHaveLength(3);
  });

  it('stands beside who it is', async () => {
    const { start, asked } = createFixture();
    const gitlab = start();
    await gitlab.getCurrentUser();
    await gitlab.findTokenInfo();
    const other = start();
    await other.getCurrentUser();
    await other.findTokenInfo({ maxAgeMs: HOUR });
    expect(asked).toEqual(['user', 'token']);
  });
});
