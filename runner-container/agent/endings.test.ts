import { expect, it } from 'vitest';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { dies } from './endings.ts';

const never = new Promise<never>(() => undefined);

it('notices a runtime that died with a request under way, which is never answered', async () => {
  const clock = createManualClock();
  const answers: (() => Promise<never>)[] = [() => never, () => never, () => Promise.reject(new Error('closed'))];
  const asked: string[] = [];
  const ping = (message?: string) => {
    asked.push(message ?? '');
    return answers[asked.length - 1]?.() ?? never;
  };
  let ended: unknown;
  const ending = dies({ ping }, clock, new AbortController().signal).then((value) => {
    ended = value;
  });

  await clock.advance(2500);
  expect([asked.length, ended]).toEqual([2, undefined]);
  await clock.advance(1000);
  await ending;
  expect(ended).toMatchObject({ kind: 'failed', code: 'agent-crashed', cause: { message: 'closed' } });
});

it('asks a living runtime once a second, and no more when the session is over', async () => {
  const clock = createManualClock();
  let asked = 0;
  const over = new AbortController();
  const ping = async (message?: string) => {
    asked += 1;
    return { message: message ?? '', timestamp: '', protocolVersion: 1 };
  };
  const ending = dies({ ping }, clock, over.signal);
  await clock.advance(10_000);
  expect(asked).toBe(10);
  over.abort();
  await expect(ending).rejects.toThrow();
  await clock.advance(10_000);
  expect(asked).toBe(10);
});
