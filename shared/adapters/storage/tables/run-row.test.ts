import { describe, expect, it } from 'vitest';
import { aCodingTask } from '../../../../test/builders/tasks.ts';
import type { RunRecord } from '../../../domain/ports/run-ledger.ts';
import type { RunResult } from '../../../domain/runs/outcome.ts';
import { asWritten, fromHistoryField, fromRunFields, toHistoryField, toRunFields } from './run-row.ts';

const RUN = {
  runId: 'run-1',
  dedupKey: 'k',
  task: aCodingTask(),
  state: 'done',
  attempt: 1,
  createdAt: 1,
  updatedAt: 2,
  notified: false,
  notifyAttempts: 0,
} as const;
const keep = (text: string) => text;

describe('a run row', () => {
  it('holds all of a run and is read as it was', () => {
    const run = {
      ...RUN,
      interruptions: 1,
      outages: 2,
      runner: 'r',
      withoutMessage: true,
      parkedUntil: 3,
      parkedReason: 'why',
      facts: { model: 'm', mapGeneration: 3 },
      result: { what: 'w', branch: 'b', mergeRequestUrl: 'u', summary: 's', plan: 'p' },
      code: 'unexpected',
      detail: 'd',
      notifyAfter: 4,
    };
    expect(fromRunFields(toRunFields(run, keep), 'v')).toStrictEqual({ ...run, version: 'v' });
    expect(fromRunFields(toRunFields(RUN, keep), 'v')).toStrictEqual({ ...RUN, version: 'v' });
    const result: RunResult = { what: 'w' };
    expect(fromRunFields(toRunFields({ ...RUN, result }, keep), 'v')).toStrictEqual({ ...RUN, result, version: 'v' });
  });

  it.each([
    { name: 'nothing but what each has', run: {} },
    {
      name: 'all there can be',
      run: {
        interruptions: 1,
        outages: 2,
        runner: 'r',
        parkedUntil: 3,
        parkedReason: `why secret ${'x'.repeat(600)}`,
        facts: { model: 'm', mapGeneration: 3, labels: ['a secret', 'b'] },
        result: {
          what: 'a secret',
          summary: 's'.repeat(4000),
          usage: { modelCalls: 1, inputTokens: 2, outputTokens: 3 },
        },
        code: 'unexpected',
        detail: `d secret ${'x'.repeat(9000)}`,
        notifyAfter: 4,
      },
    },
  ] as const)('is known to its writer as it is read again: $name', ({ run }) => {
    const redact = (text: string) => text.replaceAll('secret', '[secret]');
    const whole = structuredClone({ ...RUN, ...run }) as Omit<RunRecord, 'version'>;
    const fields = toRunFields(whole, redact);
    expect(asWritten(whole, fields, 'v')).toStrictEqual(fromRunFields(fields, 'v'));
    expect(JSON.stringify(asWritten(whole, fields, 'v')).replaceAll('[secret]', '')).not.toContain('secret');
  });

  it.each([
    { name: 'detail', run: { detail: 'x'.repeat(8001) }, length: 8000 },
    { name: 'parkedReason', run: { parkedReason: 'x'.repeat(501) }, length: 500 },
  ])('has no longer $name than fits', ({ name, run, length }) => {
    expect(toRunFields({ ...RUN, ...run }, keep)[name]).toBe(`${'x'.repeat(length - 1)}…`);
  });

  it('has no longer texts of a result than fit together', () => {
    const long = 'x'.repeat(4000);
    const result = { what: long, branch: long, mergeRequestUrl: long, summary: long, plan: long };
    const fitted = fromRunFields(toRunFields({ ...RUN, result }, keep), 'v').result as typeof result;
    expect(Object.entries(fitted).map(([name, text]) => [name, text.length])).toEqual([
      ['what', 500],
      ['branch', 500],
      ['mergeRequestUrl', 500],
      ['summary', 3000],
      ['plan', 800],
    ]);
  });

  it('keeps the labels of a ticket, masked, as many as fit beside the rest', () => {
    const labelsOf = (labels: string[], redact = keep) =>
      fromRunFields(toRunFields({ ...RUN, facts: { model: 'm', labels } }, redact), 'v').facts?.labels;

    expect(labelsOf([])).toEqual([]);
    expect(labelsOf(['b', 'a', 'b', 'x'.repeat(256), 'c'])).toEqual(['b', 'a', 'c']);
    expect(labelsOf(['key-s3cret'], (text) => text.replace('s3cret', '[secret]'))).toEqual(['key-[secret]']);
    expect(labelsOf(Array.from({ length: 60 }, (_, at) => `label-${at}`))).toHaveLength(50);
    const hostile = Array.from({ length: 300 }, (_, at) => `${at}${'\u0001'.repeat(250)}`);
    expect(labelsOf(hostile)).toHaveLength(1);
  });

  it('is read as it was where an earlier version wrote it, without labels', () => {
    const facts = { model: 'm' };
    expect(fromRunFields(toRunFields({ ...RUN, facts }, keep), 'v').facts).toStrictEqual(facts);
  });

  it('takes a task that fills its property', () => {
    const rest = JSON.stringify(aCodingTask({ issueKey: '', id: 'i', scope: 's' })).length;
    const withLength = (length: number) => ({
      ...RUN,
      task: aCodingTask({ issueKey: 'x'.repeat(length - rest), id: 'i', scope: 's' }),
    });
    expect(toRunFields(withLength(32_768), keep)['task']).toHaveLength(32_768);
    expect(() => toRunFields(withLength(32_769), keep)).toThrow(expect.objectContaining({ code: 'task-too-large' }));
  });
});

describe('the history of a run', () => {
  const entries = (count: number) => Array.from({ length: count }, (_, at) => ({ at, name: 'queued', attempt: 1 }));

  it.each([
    { count: 0, kept: [] },
    { count: 120, kept: entries(120) },
    { count: 121, kept: entries(121).toSpliced(1, 1) },
    { count: 150, kept: entries(150).toSpliced(1, 30) },
  ])('of $count changes keeps the first and the newest', ({ count, kept }) => {
    expect(fromHistoryField({ history: toHistoryField(entries(count)) })).toEqual(kept);
  });
});
