import { expect, it } from 'vitest';
import { auditBlobName, auditFolder, parseAuditBlobName, versionFolder } from './audit-blob-name.ts';

const PLACE = { fixVersion: '2.4/ä', auditId: 'run-1' };

it('a file of an audit is named by what it is kept for, its version and its audit', () => {
  expect(versionFolder('json', '2.4/ä')).toBe('json/2.4%2F%C3%A4/');
  expect(auditFolder('evidence', PLACE)).toBe('evidence/2.4%2F%C3%A4/run-1/');
  expect(auditBlobName(PLACE, 'audit.json')).toBe('json/2.4%2F%C3%A4/run-1/audit.json');
  expect(auditBlobName(PLACE, 'audit.xlsx')).toBe('xlsx/2.4%2F%C3%A4/run-1/audit.xlsx');
  expect(auditBlobName(PLACE, 'ajson')).toBe('xlsx/2.4%2F%C3%A4/run-1/ajson');
});

it.each([
  { blob: auditBlobName(PLACE, 'audit.json'), parsed: { ...PLACE, name: 'audit.json' } },
  {
    blob: 'evidence/2.4/run-1/records/1.json',
    parsed: { fixVersion: '2.4', auditId: 'run-1', name: 'records/1.json' },
  },
  { blob: 'json/2.4/run-1/', parsed: { fixVersion: '2.4', auditId: 'run-1', name: '' } },
  { blob: 'json/2.4/run-1', parsed: undefined },
  { blob: 'json/2.4', parsed: undefined },
  { blob: 'json', parsed: undefined },
  { blob: '', parsed: undefined },
  { blob: 'json/%E0%A4%A/run-1/audit.json', parsed: undefined },
])('the blob "$blob" belongs to an audit, or to none', ({ blob, parsed }) => {
  expect(parseAuditBlobName(blob)).toEqual(parsed);
});
