import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryStorage } from '../../../../test/doubles/memory-storage.ts';
import type { RequestTokens } from '../../../adapters/jira/oauth/request-tokens.ts';
import type { SignIns } from '../../../domain/ports/sign-ins.ts';
import { HOUR, MINUTE, SECOND } from '../../../kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../../kernel/errors.ts';
import { type Log, silentLog } from '../../../kernel/log.ts';
import { createRedactor } from '../../../kernel/redaction/redact.ts';
import { Secret } from '../../../kernel/secret.ts';
import { createSignIn } from './create-sign-in.ts';

/** A service that takes each refresh token once, unless `leeway` says that a used one is taken again. */
function aSignInService() {
  const state = {
    good: new Set(['refresh-0']),
    issued: 0,
    leeway: false,
    used: [] as string[],
    failure: '' as ErrorCode | '',
  };
  let meanwhile = async () => {};
  const requestTokens: RequestTokens = async (refreshToken) => {
    const used = refreshToken.reveal();
    state.used.push(used);
    const act = meanwhile;
    meanwhile = async () => {};
    await act();
    if (state.failure) throw new TaskError(state.failure);
    if (!state.good.has(used)) throw new TaskError('jira-sign-in-refused', { detail: 'invalid_grant' });
    if (!state.leeway) state.good.delete(used);
    state.issued += 1;
    state.good.add(`refresh-${state.issued}`);
    const [accessToken, next] = [new Secret(`access-${state.issued}`), new Secret(`refresh-${state.issued}`)];
    return { accessToken, refreshToken: next, expiresInMs: HOUR };
  };
  /** Resolves when what happens during the next request is over. */
  const during = (act: () => Promise<unknown>) =>
    new Promise<void>((resolve) => {
      meanwhile = async () => {
        await act();
        resolve();
      };
    });
  return { state, requestTokens, during };
}

function aDeployment() {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const service = aSignInService();
  const lines: { event: string; fields: unknown }[] = [];
  const keep = (event: string, fields?: unknown) => void lines.push({ event, fields });
  const log: Log = { ...silentLog, info: keep, warn: keep, error: keep };
  const join = (more: { refreshToken?: string; store?: SignIns; aheadMs?: number } = {}) => {
    const redactor = createRedactor();
    const tokens = createSignIn({
      refreshToken: new Secret(more.refreshToken ?? 'refresh-0'),
      clientSecret: new Secret('client-secret'),
      requestTokens: service.requestTokens,
      store: async () => more.store ?? storage.signIns,
      redactor,
      clock: { ...clock, now: () => clock.now() + (more.aheadMs ?? 0) },
      log,
    });
    return { ...tokens, redactor, text: async () => (await tokens.get()).reveal() };
  };
  /** Everything that is stored. */
  const rows = async () => {
    const found: Record<string, unknown>[] = [];
    for await (const { fields } of storage.parts.rows.state.list('sign-ins'))
      found.push(JSON.parse(String(fields['json'])));
    return found;
  };
  return { clock, storage, service, lines, join, rows };
}

describe('one process', () => {
  it('asks once for many requests, and again five minutes before the token ends', async () => {
    const { clock, service, join } = aDeployment();
    const process = join();
    expect(await Promise.all([process.text(), process.text(), process.text()])).toEqual(Array(3).fill('access-1'));

    await clock.advance(55 * MINUTE - 1);
    expect(await process.text()).toBe('access-1');
    await clock.advance(1);
    expect(await process.text()).toBe('access-2');
    expect(service.state.used).toEqual(['refresh-0', 'refresh-1']);
  });

  it('replaces a token that Jira refuses, once for all requests that had it, and the next one not at once', async () => {
    const { clock, service, join } = aDeployment();
    const process = join();
    const first = await process.get();
    const replaced = await Promise.all([process.replace(first), process.replace(first)]);
    expect(replaced.map((token) => token.reveal())).toEqual(['access-2', 'access-2']);
    expect((await process.replace(first)).reveal()).toBe('access-2');
    const second = await process.get();
    expect((await process.replace(second)).reveal()).toBe('access-2');
    expect(service.state.used).toHaveLength(2);

    await clock.advance(MINUTE);
    expect((await process.replace(second)).reveal()).toBe('access-3');
    await clock.advance(MINUTE);
    const third = await process.replace(first);
    expect(third.reveal()).toBe('access-3');
    expect(service.state.used).toHaveLength(3);
    // A late answer about an old token does not delay the replacement of the present one.
    expect((await process.replace(third)).reveal()).toBe('access-4');
  });

  it('needs no redactor', async () => {
    const { clock, storage, service } = aDeployment();
    const tokens = createSignIn({
      refreshToken: new Secret('refresh-0'),
      clientSecret: new Secret('client-secret'),
      requestTokens: service.requestTokens,
      store: async () => storage.signIns,
      clock,
      log: silentLog,
    });
    expect((await tokens.get()).reveal()).toBe('access-1');
  });

  it('goes on with what it has while the service is away, until that ends', async () => {
    const { clock, service, join } = aDeployment();
    const process = join();
    await process.get();
    service.state.failure = 'jira-unavailable';
    await clock.advance(56 * MINUTE);
    expect([await process.text(), await process.text()]).toEqual(['access-1', 'access-1']);
    expect(service.state.used).toHaveLength(2);
    await clock.advance(4 * MINUTE);
    await expect(process.get()).rejects.toMatchObject({ code: 'jira-unavailable' });
    service.state.failure = '';
    expect(await process.text()).toBe('access-2');
  });

  it('asks again half a minute after a renewal that failed, never uses a token that has ended, and logs it all', async () => {
    const { clock, service, lines, join } = aDeployment();
    const process = join();
    await process.get();
    service.state.failure = 'jira-unavailable';
    await clock.advance(55 * MINUTE);
    for (const [afterMs, requests] of [
      [0, 2],
      [30 * SECOND - 1, 2],
      [1, 3],
      [4 * MINUTE + 20 * SECOND, 4],
      [10 * SECOND - 1, 4],
    ] as const) {
      await clock.advance(afterMs);
      expect(await process.text()).toBe('access-1');
      expect(service.state.used).toHaveLength(requests);
    }
    await clock.advance(1);
    await expect(process.get()).rejects.toMatchObject({ code: 'jira-unavailable' });
    const error = expect.objectContaining({ code: 'jira-unavailable' });
    expect(lines).toEqual([
      { event: 'signed in to jira', fields: { endsInSeconds: 3600 } },
      ...Array(3).fill({ event: 'jira sign-in not renewed', fields: { error } }),
    ]);
  });

  it('passes a failure on when Jira has refused the token it has', async () => {
    const { service, join } = aDeployment();
    const process = join();
    const first = await process.get();
    service.state.failure = 'jira-unavailable';
    await expect(process.replace(first)).rejects.toMatchObject({ code: 'jira-unavailable' });
    expect(await process.text()).toBe('access-1');
  });

  it('says why the service failed, also where the permission cannot be given back', async () => {
    const { storage, service, join } = aDeployment();
    const store: SignIns = {
      ...storage.signIns,
      putIf: async (name, value, version) => {
        if (!value.refreshingUntil) throw new TaskError('storage-unavailable');
        return storage.signIns.putIf(name, value, version);
      },
    };
    service.state.failure = 'jira-unavailable';
    await expect(join({ store }).get()).rejects.toMatchObject({ code: 'jira-unavailable' });
  });

  it('writes a row anew that is gone when its tokens arrive', async () => {
    const { storage, service, join, rows } = aDeployment();
    const { state } = storage.parts.rows;
    const removed = service.during(async () => {
      for await (const { key } of state.list('sign-ins')) await state.write('sign-ins', [{ kind: 'remove', key }]);
    });
    expect(await join().text()).toBe('access-1');
    await removed;
    expect(await rows()).toEqual([{ sealed: expect.any(String) }]);
    expect(await join().text()).toBe('access-1');
    expect(service.state.used).toEqual(['refresh-0']);
  });

  it('says that the authorization has ended, and does not ask again at every request', async () => {
    const { clock, service, join } = aDeployment();
    service.state.good.clear();
    const process = join();
    await expect(process.get()).rejects.toMatchObject({ code: 'jira-sign-in-refused', detail: 'invalid_grant' });
    const later = { code: 'jira-sign-in-refused', detail: 'It was refused less than five minutes ago.' };
    await expect(process.get()).rejects.toMatchObject(later);
    await clock.advance(5 * MINUTE - 1);
    await expect(process.get()).rejects.toMatchObject(later);
    await expect(join().get()).rejects.toMatchObject(later);
    expect(service.state.used).toHaveLength(1);

    await clock.advance(1);
    await expect(process.get()).rejects.toMatchObject({ code: 'jira-sign-in-refused', detail: 'invalid_grant' });
    expect(service.state.used).toHaveLength(2);
  });

  it('keeps a pair that could not be stored, and goes on with it', async () => {
    const { clock, storage, service, lines, join } = aDeployment();
    let broken = false;
    const store: SignIns = {
      ...storage.signIns,
      putIf: async (name, value, version) => {
        if (broken && value.sealed && !value.refreshingUntil) throw new TaskError('storage-unavailable');
        return storage.signIns.putIf(name, value, version);
      },
    };
    const process = join({ store });
    await process.get();
    broken = true;
    await clock.advance(55 * MINUTE);
    expect(await process.text()).toBe('access-2');
    const error = expect.objectContaining({ code: 'storage-unavailable' });
    expect(lines.at(-1)).toEqual({ event: 'jira sign-in not stored', fields: { error } });

    broken = false;
    await clock.advance(55 * MINUTE);
    expect(await process.text()).toBe('access-3');
    expect(service.state.used).toEqual(['refresh-0', 'refresh-1', 'refresh-2']);
    expect(await join().text()).toBe('access-3');
  });
});

describe('several processes', () => {
  it('share one pair: one of many asks, and the others wait for it', async () => {
    const { clock, service, join } = aDeployment();
    const processes = Array.from({ length: 5 }, () => join());
    const asked = Promise.all(processes.map((process) => process.text()));
    await clock.advance(2 * SECOND);
    expect(await asked).toEqual(Array(5).fill('access-1'));

    await clock.advance(HOUR);
    const again = Promise.all(processes.map((process) => process.text()));
    await clock.advance(2 * SECOND);
    expect(await again).toEqual(Array(5).fill('access-2'));
    expect(service.state.used).toEqual(['refresh-0', 'refresh-1']);
  });

  it('go on after one has died while it was asking: the used token is taken again for some minutes', async () => {
    const { clock, storage, service, join } = aDeployment();
    service.state.leeway = true;
    const dying: SignIns = {
      ...storage.signIns,
      putIf: async (name, value, version) =>
        value.refreshingUntil
          ? storage.signIns.putIf(name, value, version)
          : Promise.reject(new TaskError('storage-unavailable')),
    };
    await join({ store: dying }).get();

    const next = join().text();
    await clock.advance(MINUTE);
    expect(await next).toBe('access-2');
    expect(service.state.used).toEqual(['refresh-0', 'refresh-0']);
  });

  it('take the pair of the row when another one has asked meanwhile, so that one branch of the tokens lives on', async () => {
    const { clock, service, join } = aDeployment();
    service.state.leeway = true;
    const [slow, quick] = [join(), join()];
    const overtaken = service.during(async () => {
      await clock.advance(MINUTE);
      expect(await quick.text()).toBe('access-1');
    });
    const asked = slow.text();
    await overtaken;
    await clock.advance(SECOND);
    expect([await asked, await slow.text()]).toEqual(['access-1', 'access-1']);

    await clock.advance(55 * MINUTE);
    expect([await slow.text(), await quick.text()]).toEqual(['access-3', 'access-3']);
    expect(service.state.used).toEqual(['refresh-0', 'refresh-0', 'refresh-1']);
  });

  it('know the latest pair also where the clock of one is hours ahead', async () => {
    const { clock, service, join, rows } = aDeployment();
    const [ahead, other] = [join({ aheadMs: 2 * HOUR }), join()];
    const first = await ahead.get();
    expect((await other.replace(first)).reveal()).toBe('access-2');

    await clock.advance(3 * HOUR);
    expect(await ahead.text()).toBe('access-3');
    expect(service.state.used).toEqual(['refresh-0', 'refresh-1', 'refresh-2']);
    expect(await rows()).toEqual([{ sealed: expect.any(String) }]);
  });

  it('go on with the pair of the row when one of the same age was never stored', async () => {
    const { clock, storage, service, join } = aDeployment();
    service.state.leeway = true;
    let broken = false;
    const store: SignIns = {
      ...storage.signIns,
      putIf: async (name, value, version) => {
        if (broken && !value.refreshingUntil) throw new TaskError('storage-unavailable');
        return storage.signIns.putIf(name, value, version);
      },
    };
    const [one, other] = [join({ store }), join()];
    await one.get();
    await clock.advance(55 * MINUTE);
    broken = true;
    expect(await one.text()).toBe('access-2');
    broken = false;
    await clock.advance(MINUTE);
    expect(await other.text()).toBe('access-3');

    await clock.advance(55 * MINUTE);
    expect(await one.text()).toBe('access-4');
    expect(service.state.used).toEqual(['refresh-0', 'refresh-1', 'refresh-1', 'refresh-3']);
  });

  it('go on with the pair of the row when one that was never stored is refused', async () => {
    const { clock, storage, service, join, rows } = aDeployment();
    service.state.leeway = true;
    let broken = false;
    const store: SignIns = {
      ...storage.signIns,
      putIf: async (name, value, version) => {
        if (broken && !value.refreshingUntil) throw new TaskError('storage-unavailable');
        return storage.signIns.putIf(name, value, version);
      },
    };
    const [one, other] = [join({ store }), join()];
    await one.get();
    broken = true;
    for (const expected of ['access-2', 'access-3']) {
      await clock.advance(55 * MINUTE);
      expect(await one.text()).toBe(expected);
    }
    broken = false;
    await clock.advance(MINUTE);
    expect(await other.text()).toBe('access-4');
    service.state.good.delete('refresh-3');

    await clock.advance(55 * MINUTE);
    const asked = one.text();
    await clock.advance(SECOND);
    expect(await asked).toBe('access-5');
    expect(service.state.used.slice(-3)).toEqual(['refresh-1', 'refresh-3', 'refresh-4']);
    expect(await rows()).toEqual([{ sealed: expect.any(String) }]);
  });

  it.each(['jira-unavailable', 'jira-sign-in-failed'] as const)(
    'find the row as it was after a failure: %s',
    async (failure) => {
      const { clock, service, join, rows } = aDeployment();
      const process = join();
      await process.get();
      const before = await rows();
      service.state.failure = failure;
      await clock.advance(56 * MINUTE);
      await process.get();
      expect(service.state.used).toHaveLength(2);
      expect(await rows()).toEqual(before);
    },
  );

  it('do not wait for one that is asking while the token they have is good, unless Jira has refused it', async () => {
    const { clock, service, join } = aDeployment();
    const [asking, other] = [join(), join()];
    const first = await asking.get();
    await clock.advance(56 * MINUTE);
    let refused: Promise<Secret> | undefined;
    const asked = service.during(async () => {
      expect([await other.text(), await join().text()]).toEqual(['access-1', 'access-1']);
      refused = other.replace(first);
    });
    expect(await asking.text()).toBe('access-2');
    await asked;
    await clock.advance(SECOND);
    expect((await refused)?.reveal()).toBe('access-2');
    expect(service.state.used).toEqual(['refresh-0', 'refresh-1']);
  });

  it('wait for one that is asking when the token they have has ended', async () => {
    const { clock, service, join } = aDeployment();
    const [asking, other] = [join(), join()];
    await asking.get();
    await other.get();
    await clock.advance(HOUR);
    let waiting: Promise<string> | undefined;
    const asked = service.during(async () => {
      waiting = other.text();
      await clock.advance(0);
    });
    expect(await asking.text()).toBe('access-2');
    await asked;
    await clock.advance(SECOND);
    expect(await waiting).toBe('access-2');
    expect(service.state.used).toEqual(['refresh-0', 'refresh-1']);
  });

  it.each([
    { name: 'that ends now does not count', holdsForMs: 0, counts: false },
    { name: 'of a moment counts', holdsForMs: 1, counts: true },
    { name: 'of two minutes counts', holdsForMs: 2 * MINUTE, counts: true },
    { name: 'of more does not count', holdsForMs: 2 * MINUTE + 1, counts: false },
  ])('ask although another has a permission, unless it counts: one $name', async ({ holdsForMs, counts }) => {
    const { clock, storage, service, join } = aDeployment();
    const names: string[] = [];
    const held = { refreshingUntil: clock.now() + holdsForMs, refresher: 'another' };
    const store: SignIns = {
      ...storage.signIns,
      find: async (name) => {
        if (names.push(name) === 1) await storage.signIns.putIf(name, held, undefined);
        return storage.signIns.find(name);
      },
    };
    const asked = join({ store }).text();
    await clock.advance(0);
    expect(service.state.used).toEqual(counts ? [] : ['refresh-0']);
    expect(names[0]).toMatch(/^jira-[0-9a-f]{32}$/);
    await clock.advance(holdsForMs + SECOND);
    expect(await asked).toBe('access-1');
  });

  it.each([
    { what: 'a permission', value: { refreshingUntil: 2 * HOUR, refresher: 'another' } },
    { what: 'a refusal', value: { refusedAt: 2 * HOUR } },
  ])('do not believe $what of a clock that is hours ahead', async ({ value }) => {
    const { clock, storage, service, join } = aDeployment();
    const ahead = Object.entries(value).map(([key, time]) => [
      key,
      typeof time === 'number' ? clock.now() + time : time,
    ]);
    const names: string[] = [];
    const store: SignIns = {
      ...storage.signIns,
      find: async (name) => {
        if (names.push(name) === 1) await storage.signIns.putIf(name, Object.fromEntries(ahead), undefined);
        return storage.signIns.find(name);
      },
    };
    const asked = join({ store }).text();
    asked.catch(() => {});
    await clock.advance(SECOND);
    expect(service.state.used).toEqual(['refresh-0']);
    expect(await asked).toBe('access-1');
  });

  it('believe a permission of a clock that is a little ahead', async () => {
    const { clock, service, join } = aDeployment();
    const [ahead, other] = [join({ aheadMs: MINUTE / 2 }), join()];
    let waiting: Promise<string> | undefined;
    const asked = service.during(async () => {
      waiting = other.text();
      await clock.advance(2 * SECOND);
    });
    expect(await ahead.text()).toBe('access-1');
    await asked;
    await clock.advance(SECOND);
    expect(await waiting).toBe('access-1');
    expect(service.state.used).toEqual(['refresh-0']);
  });

  it('begin anew with another refresh token in the settings, and do not disturb one that still has the old', async () => {
    const { clock, service, join } = aDeployment();
    const old = join();
    await old.get();
    service.state.good.add('refresh-of-a-new-authorization');
    const renewed = join({ refreshToken: 'refresh-of-a-new-authorization' });
    expect(await renewed.text()).toBe('access-2');

    await clock.advance(55 * MINUTE);
    expect([await old.text(), await renewed.text()]).toEqual(['access-3', 'access-4']);
    expect(service.state.used).toEqual(['refresh-0', 'refresh-of-a-new-authorization', 'refresh-1', 'refresh-2']);
  });
});

it('shows no token anywhere: not stored in plain, masked in texts from the moment it is used', async () => {
  const { storage, lines, join } = aDeployment();
  const process = join();
  const token = await process.get();
  await process.replace(token);

  const rows: unknown[] = [];
  for await (const row of storage.parts.rows.state.list('sign-ins')) rows.push(row);
  const seen = inspect([rows, lines, process], { depth: 9, showHidden: true });
  expect(rows).toHaveLength(1);
  expect(seen).not.toMatch(/access-\d|refresh-\d|client-secret/);
  expect(process.redactor.redact('got access-1 and refresh-1 for refresh-0')).toBe(
    'got [secret] and [secret] for [secret]',
  );
  const other = join();
  await other.get();
  expect(other.redactor.redact('access-2 refresh-2')).toBe('[secret] [secret]');
});
