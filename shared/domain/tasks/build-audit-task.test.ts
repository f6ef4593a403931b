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
  expect(Task().parse(JSON.parse(JSON.stringify(task)))).toEqual(task);
});

it('names all that was asked for, and nothing else', () => {
  const about = { repositories: ['group/app'], from: 'v2.3', to: 'v2.4', environment: 'production' };
  expect(buildAuditTask(request({ ...about, scope: { team: 'a', area: 'b' } }), { at: AT })).toEqual({
    version: 1,
    kind: 'audit',
    // Sent again after an update of the product, it is the same run.
    id: 'audit~2.4.0~77aa3d22ecf0~2026-11-28T12:00',
    scope: 'audit~2.4.0',
    credentialRef: 'default',
    fixVersion: '2.4.0',
    projects: ['OPS', 'PROJ'],
    ...about,
    labels: { team: 'a', area: 'b' },
  });
  expect(Object.keys(buildAuditTask(request(), { at: AT })).sort()).toEqual([
    'credentialRef',
    'fixVersion',
    'id',
    'kind',
    'labels',
    'projects',
    'repositories',
    'scope',
    'version',
  ]);
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
    { name: 'from another reference', id: () => idOf({ from: 'release/2.3' }), same: false },
    { name: 'of another environment', id: () => idOf({ environment: 'production' }), same: false },
    { name: 'of one repository', id: () => idOf({ repositories: ['group/app'] }), same: false },
  ])('$name: $same', ({ id, same }) => {
    expect(id() === idOf({})).toBe(same);
  });

  it('has its labels in any order', () => {
    const ids = ['abc', 'cab', 'bca'].map((order) =>
      idOf({ scope: Object.fromEntries([...order].map((label) => [label, 'x'])) }),
    );
    expect(new Set(ids).size).toBe(1);
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
  expect(auditScope('v'.repeat(120))).toBe(`audit~${'v'.repeat(120)}`);
  expect(auditScope('v'.repeat(121))).toMatch(/^audit~v{120}~[0-9a-f]{12}$/);
  const task = buildAuditTask(request({ fixVersion: long('1') }), { at: AT, idempotencyKey: 'k'.repeat(5000) });
  expect(Task().safeParse(task).success).toBe(true);
});
