import { describe, expect, it } from 'vitest';
import { findAllowance, toAllowedFields } from './allowed-event.ts';
import { withoutListed } from './listed-fields.ts';
import { findRefusedWork, parseKeptRefused, type RefusedWork, toRefusedFields } from './refused-work.ts';

const read = (work: RefusedWork) => findRefusedWork([{ name: 'refused', fields: toRefusedFields(work) }]);
const aWork = (values: Partial<RefusedWork> = {}): RefusedWork => ({
  files: [
    { path: 'a b.txt', rule: 'protected-path' },
    { path: 'ci.yml', rule: 'protected-path', content: 'file 1111' },
    { path: 'k', rule: 'secret', never: true },
  ],
  more: 0,
  kept: { kind: 'nowhere' },
  ...values,
});

describe('the record of refused work', () => {
  it.each([
    { name: 'kept nowhere', work: aWork() },
    { name: 'a patch', work: aWork({ kept: { kind: 'patch', name: 'cmap-run-1.patch' }, digest: 'abc' }) },
    { name: 'a branch', work: aWork({ kept: { kind: 'branch', branch: 'agent/PROJ-1--refused', sha: 'f00' } }) },
  ])('is read as it was written: $name', ({ work }) => {
    expect(read(work)).toEqual(work);
  });

  it('keeps what an event holds of a long list, in parts, and counts the rest', () => {
    const files = Array.from({ length: 5000 }, (_, index) => ({ path: `src/file-${index}.ts`, rule: 'outside-paths' }));
    const fields = toRefusedFields(aWork({ files }));
    expect(Object.keys(fields).length).toBeLessThanOrEqual(25);
    for (const value of Object.values(fields)) expect(String(value).length).toBeLessThanOrEqual(1000);
    const found = read(aWork({ files }));
    expect(found?.files.length).toBeGreaterThan(100);
    expect((found?.files.length ?? 0) + (found?.more ?? 0)).toBe(5000);
    expect(Object.keys(withoutListed(fields))).toEqual(['kept', 'more']);
  });

  it('loses no other part where one was masked', () => {
    const fields = { ...toRefusedFields(aWork()), files2: '[{"path":"[secret]' };
    expect(findRefusedWork([{ name: 'refused', fields }])?.files).toEqual(aWork().files);
  });

  it('is none of other events', () => {
    expect(findRefusedWork([{ name: 'checked', fields: { kept: 'patch' } }])).toBeUndefined();
    expect(parseKeptRefused('{"version":2}')).toBeUndefined();
  });
});

it('what was allowed is read as it was written', () => {
  const allowance = {
    run: 'run-1',
    files: [{ path: '.gitlab-ci.yml', rule: 'protected-path', content: 'file 1111' }],
    by: 'Mia',
    account: 'mia-1',
    service: 'jira',
    maintainer: 'mia',
    comment: '77',
    saidAt: 5,
  } as const;
  const fields = toAllowedFields({ ...allowance, files: [...allowance.files] });
  expect(findAllowance([{ name: 'allowed', fields }])).toEqual(allowance);
  expect(findAllowance([{ name: 'rated', fields }])).toBeUndefined();
});
