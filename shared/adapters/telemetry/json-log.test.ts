import { describe, expect, it } from 'vitest';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { createRedactor } from '../../kernel/redaction/redact.ts';
import { Secret } from '../../kernel/secret.ts';
import { createJsonLog, type LogLevel } from './json-log.ts';
import { runInTrace } from './trace-context.ts';

function arrange(level: LogLevel = 'info', fields = {}) {
  const lines: string[] = [];
  const redactor = createRedactor();
  const log = createJsonLog({
    write: (line) => lines.push(line),
    clock: createSteppedClock(0),
    redactor,
    level,
    fields,
  });
  return { log, lines, redactor, read: () => lines.map((line) => JSON.parse(line)) };
}

describe('createJsonLog', () => {
  it('writes time, level, event and fields in this order, with the fields of its parents', () => {
    const { log, lines } = arrange('info', { program: 'runner' });

    log.child({ runId: 'r1' }).child({ binding: 'PROJ' }).info('task settled', { attempt: 2 });

    expect(lines).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"info","event":"task settled","program":"runner","runId":"r1","binding":"PROJ","attempt":2}',
    ]);
  });

  it.each([
    { level: 'debug', written: ['debug', 'info', 'warn', 'error'] },
    { level: 'info', written: ['info', 'warn', 'error'] },
    { level: 'warn', written: ['warn', 'error'] },
    { level: 'error', written: ['error'] },
  ] as const)('writes from $level on', ({ level, written }) => {
    const { log, read } = arrange(level);

    for (const name of ['debug', 'info', 'warn', 'error'] as const) log.child({})[name]('event');

    expect(read().map((line) => line.level)).toEqual(written);
  });

  it('carries the ids of the span it is written in, across awaits', async () => {
    const { log, read } = arrange();
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };

    await runInTrace(trace, async () => {
      await Promise.resolve();
      log.info('inside');
    });
    log.info('outside');

    expect(read()[0]).toMatchObject({ traceId: trace.traceId, spanId: trace.spanId });
    expect(read()[1]).not.toHaveProperty('traceId');
  });

  it('keeps one line per event and its own words, whatever a field says', () => {
    const { log, lines, read } = arrange();

    log.info('event', {
      summary: 'a\n{"level":"error","event":"forged"}\r\u2028',
      level: 'error',
      event: 'forged',
      time: 'never',
    });

    expect(lines.join('')).not.toContain('\n');
    expect(read()[0]).toMatchObject({ level: 'info', event: 'event', time: '1970-01-01T00:00:00.000Z' });
  });

  it('writes no character that a terminal obeys or that ends a line elsewhere, and loses none', () => {
    const { log, lines, read } = arrange();
    const odd = [...Array(0xa1).keys(), 0x2028, 0x2029].map((code) => String.fromCharCode(code)).join('');
    log.info('event', { text: odd, [`key\u009b\u2029`]: 1 });
    expect(lines[0]).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(read()[0]).toMatchObject({ text: odd, ['key\u009b\u2029']: 1 });
  });

  it('turns an error into name, code, message and causes, with stacks only at debug', () => {
    const error = new TaskError('clone-failed', {
      detail: 'exit 128',
      cause: Object.assign(new Error('spawn'), { code: 'ENOENT' }),
    });
    const shown = {
      name: 'TaskError',
      code: 'clone-failed',
      message: 'clone-failed: exit 128',
      cause: { name: 'Error', code: 'ENOENT', message: 'spawn' },
    };
    const [calm, chatty] = [arrange('info'), arrange('debug')];

    calm.log.error('failed', { error });
    chatty.log.error('failed', { error });

    expect(calm.read()[0].error).toEqual(shown);
    expect(chatty.read()[0].error.stack).toContain('json-log.test.ts');
  });

  const cycle: Record<string, unknown> = { name: 'ring' };
  cycle['self'] = cycle;
  const loop = new Error('loop');
  loop.cause = loop;

  it.each([
    { name: 'cycles', value: cycle, shown: { name: 'ring', self: '[cycle]' } },
    { name: 'an error that causes itself', value: loop, shown: { name: 'Error', message: 'loop', cause: '[cycle]' } },
    { name: 'BigInt', value: 12n, shown: '12' },
    { name: 'NaN', value: Number.NaN, shown: 'NaN' },
    { name: 'functions and symbols', value: [() => 1, Symbol('a')], shown: ['[function]', '[symbol]'] },
    { name: 'a date that is none', value: new Date(Number.NaN), shown: 'Invalid Date' },
    {
      name: 'a getter that throws',
      value: Object.defineProperty({ a: 1 }, 'b', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
      shown: { a: 1, b: '[unreadable]' },
    },
    {
      name: 'a toJSON that throws',
      value: {
        toJSON: () => {
          throw new Error('no');
        },
      },
      shown: '[unreadable]',
    },
    { name: 'bytes', value: Buffer.from('abc'), shown: '[3 bytes]' },
    { name: 'sets and maps', value: { s: new Set([1]), m: new Map([['k', 'v']]) }, shown: { s: [1], m: { k: 'v' } } },
    {
      name: 'several errors in one',
      value: new AggregateError([new Error('a')], 'both'),
      shown: { name: 'AggregateError', message: 'both', errors: [{ name: 'Error', message: 'a' }] },
    },
    { name: 'a revoked proxy', value: revoked(), shown: '[unreadable]' },
  ])('survives $name', ({ value, shown }) => {
    const { log, read } = arrange();

    log.info('event', { value });

    expect(read()[0].value).toEqual(shown);
  });

  it('shortens what is too long, wide or deep', () => {
    const { log, lines } = arrange();
    let deep: unknown = 'bottom';
    for (let depth = 0; depth < 10_000; depth += 1) deep = { deep };

    log.info('event', { text: 'x'.repeat(1_000_000), list: Array.from({ length: 10_000 }, (_, index) => index), deep });

    expect(lines[0]?.length).toBeLessThan(20_000);
    expect(lines[0]).toContain('[too deep]');
  });

  it('shows no secret, in whatever part of a line it stands', () => {
    const { log, lines, redactor } = arrange('debug', { token: 'of-the-parent-canary' });
    const canary = 'canary"with/everything+é';
    redactor.add(canary);

    log.child({ [`key ${canary}`]: 1 }).error(`event ${canary}`, {
      raw: canary,
      uri: encodeURIComponent(canary),
      json: JSON.stringify({ canary }),
      basic: `Basic ${Buffer.from(`oauth2:${canary}`).toString('base64')}`,
      error: new Error(`GET https://oauth2:${canary}@host/`, { cause: canary }),
      cutInTheMiddle: `${'x'.repeat(15_990)}${canary}`,
      secret: new Secret('another-canary'),
      password: 'another-canary',
      headers: { authorization: 'another-canary', 'PRIVATE-TOKEN': 'another-canary' },
    });

    expect(lines.join('\n')).not.toMatch(/canary[^"\\]*with|another|of-the-parent|Y2FuYXJ5|canary%22/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      raw: '[secret]',
      headers: { authorization: '[secret]', 'PRIVATE-TOKEN': '[secret]' },
    });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
