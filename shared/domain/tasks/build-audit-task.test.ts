import { describe, expect, it } from 'vitest';
import { listSubjects } from '../runs/subjects.ts';
import { Task } from '../runs/task.ts';
import { AuditRequest } from './audit-request.ts';
import { auditScope, buildAuditTask } from './build-audit-task.ts';

const AT = Date.UTC(2026, 10, 28, 12, 0, 59);
const SAME_MINUTE = Date.UTC(2026, 10, 28, 12, 0, 1);
const NEXT_MINUTE = Date.UTC(2026, 10, 28, 12, 1, 0);

const request = (given: object = {}) =>
  AuditRequest.parse({ fixVersion: '2.4.0', projects: ['PROJ', 'OPS'], ...given });
const idOf = (given: object, at = AT, idempotencyKey?: string) =>
  buildAuditTask(request(given), { at, idempotencyKey }).id;

it('is one version at a time, listed under its projects, and readable on the wire', () => {
  const task = buildAuditTask(request({ scope: { b: '2', a: '1' }, environment: 'production' }), { at: AT });

  expect(task.scope).toBe('audit~2.4.0');
  expect(task.id).toMatch(/^audit~2\.4\.0~[0-9a-f]{12}~2026-11-28T12:00$/);
  expect(listSubjects(task)).toEqual(['all', 'jira~OPS', 'jira~PROJ', 'audit~2.4.0']);
  expect(Task.parse(JSON.parse(JSON.stringify(task)))).toEqual(task);
});

it('carries the trace of what asked for it', () => {
  const traceparent = '00-1-2-01';
  expect(buildAuditTask(request(), { at: AT, traceparent })).toMatchObject({ traceparent });
  expect(buildAuditTask(request(), { at: AT })).not.toHaveProperty('traceparent');
});

describe('the same task', () => {
  it.each([
    { name: 'within the minute', id: () => idOf({}, SAME_MINUTE), same: true },
    { name: 'a minute later', id: () => idOf({}, NEXT_MINUTE), same: false },
    { name: 'with the projects in another order', id: () => idOf({ projects: ['OPS', 'PROJ', 'OPS'] }), same: true },
    { name: 'of another project', id: () => idOf({ projects: ['OPS'] }), same: false },
    { name: 'up to another reference', id: () => idOf({ to: 'release/2.4' }), same: false },
    { name: 'with another scope', id: () => idOf({ scope: { team: 'a' } }), same: false },
  ])('$name: $same', ({ id, same }) => {
    expect(id() === idOf({})).toBe(same);
  });

  it('is told by the key of the sender instead of the minute where there is one', () => {
    expect(idOf({}, NEXT_MINUTE, 'pipeline-7')).toBe(idOf({}, AT, 'pipeline-7'));
    expect(idOf({}, AT, 'pipeline-8')).not.toBe(idOf({}, AT, 'pipeline-7'));
    expect(idOf({ to: 'v2' }, AT, 'pipeline-7')).not.toBe(idOf({}, AT, 'pipeline-7'));
  });
});

it('keeps two versions with long names apart, within what a task may hold', () => {
  const long = (end: string) => `${'v'.repeat(250)}${end}`;

  expect(auditScope(long('1'))).not.toBe(auditScope(long('2')));
  const task = buildAuditTask(request({ fixVersion: long('1') }), { at: AT, idempotencyKey: 'k'.repeat(5000) });
  expect(Task.safeParse(task).success).toBe(true);
});
