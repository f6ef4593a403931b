import { describe, expect, it } from 'vitest';
import { createKeyReader } from './key-reader.ts';

const reader = createKeyReader(['PROJ', 'OPS', 'PR', 'CVE', 'SHA', 'UTF', 'ISO']);

describe('createKeyReader', () => {
  it.each([
    ['PROJ-1: x', ['PROJ-1']],
    ['(PROJ-1) [OPS-23], PR-4.', ['PROJ-1', 'OPS-23', 'PR-4']],
    ['PROJ-1 and PROJ-1 again', ['PROJ-1']],
    ['proj-1', []],
    ['XPROJ-1 PROJ-1x PROJ-1_2 ÄPROJ-1', []],
    ['MY-PROJ-1', []],
    ['PROJ-0 PROJ-007', []],
    ['PROJ-1.2 PROJ-1-2', []],
    ['UTF-8, SHA-1, SHA-256, ISO-8601 and CVE-2026-41284', []],
    ['OTHER-1', []],
    ['PROJ-1.', ['PROJ-1']],
    ['https://jira.example.com/browse/PROJ-1?focused=2', ['PROJ-1']],
  ])('reads %j as %j', (text, keys) => {
    expect(reader.inText(text)).toEqual(keys);
  });

  it.each([
    ['feature/proj-12-login', ['PROJ-12']],
    ['PROJ-12', ['PROJ-12']],
    ['fix_ops-3_and-PROJ-1-2nd-try', ['OPS-3', 'PROJ-1']],
    ['fix-cve-2026-41284', []],
    ['myproj-1', []],
    ['utf-8', []],
  ])('reads the branch %j as %j', (name, keys) => {
    expect(reader.inBranch(name)).toEqual(keys);
  });

  it('reads nothing without mapped projects', () => {
    expect(createKeyReader([]).inText('PROJ-1')).toEqual([]);
  });
});
