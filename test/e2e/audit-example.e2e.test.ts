import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditJsonSchema, auditSummaryJsonSchema } from '../../shared/domain/audit/report/audit-json-schema.ts';
import { AuditReport } from '../../shared/domain/audit/report/audit-report.ts';
import { cmap } from './cmap.ts';

const EXAMPLE = path.resolve(import.meta.dirname, '../../examples/audit');
const FILES = [
  'audit-summary.json',
  'audit.csv',
  'audit.html',
  'audit.intoto.json',
  'audit.json',
  'audit.junit.xml',
  'audit.md',
  'audit.xlsx',
  'manifest.json',
];

/** Zones of quarter and half hours, one beyond the date line, and languages that write numbers and i another way. */
const PLACES = [
  ['Pacific/Auckland', 'de_DE.UTF-8'],
  ['Asia/Kathmandu', 'tr_TR.UTF-8'],
  ['America/St_Johns', 'sv_SE.UTF-8'],
] as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'audit-example-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The command of the README, in an environment without any setting. */
async function replay(out: string, env: Record<string, string> = {}, more: string[] = []) {
  const evidence = path.join(EXAMPLE, 'evidence');
  const args = ['audit', 'run', '--offline', '--cache-dir', evidence, '--fix-version', '2.4.0', '--out', out, ...more];
  return cmap(args, env);
}

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

it('replays the stored release without settings, finds what is wrong with it, and writes every file', async () => {
  const out = path.join(folder, 'out');
  const { code, stdout, stderr } = await replay(out);
  expect(stderr).toBe('');
  expect(code).toBe(1);
  expect(stdout).toContain('Release 2.4.0: findings');
  expect(await readdir(out)).toEqual(expect.arrayContaining(FILES));

  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const report = await readJson(path.join(out, 'audit.json'));
  const isReport = ajv.compile(auditJsonSchema());
  expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
  const { toolVersion, ...summary } = AuditReport.parse(report).summary;
  const isSummary = ajv.compile(auditSummaryJsonSchema());
  expect(isSummary(await readJson(path.join(out, 'audit-summary.json'))), JSON.stringify(isSummary.errors)).toBe(true);
  expect(toolVersion).toMatch(/^\d+\.\d+\.\d+/);
  await expect(`${JSON.stringify(summary, null, 2)}\n`).toMatchFileSnapshot('../golden/audit/example-summary.json');
  const findings = AuditReport.parse(report).findings.map(
    ({ severity, rule, subject, waived }) => `${severity} ${rule} ${subject.id}${waived ? ' (waived)' : ''}`,
  );
  await expect(`${findings.join('\n')}\n`).toMatchFileSnapshot('../golden/audit/example-findings.txt');
});

it('gives the same bytes in other time zones and languages', async () => {
  const here = path.join(folder, 'here');
  await replay(here, { TZ: 'UTC', LC_ALL: 'C' });
  for (const [zone, language] of PLACES) {
    const there = path.join(folder, language);
    const { code } = await replay(there, { TZ: zone, LANG: language, LC_ALL: language });
    expect(code).toBe(1);
    for (const name of FILES) {
      const same = (await readFile(path.join(here, name))).equals(await readFile(path.join(there, name)));
      expect(same, `${name} in ${zone}, ${language}`).toBe(true);
    }
  }
});

it('was audited by the rules that lie beside it', async () => {
  const [given, stored] = [path.join(folder, 'given'), path.join(folder, 'stored')];
  const { code } = await replay(given, {}, ['--policy', path.join(EXAMPLE, 'policy.yaml')]);
  expect(code).toBe(1);
  await replay(stored);
  expect(await readFile(path.join(given, 'audit.json'), 'utf8')).toBe(
    await readFile(path.join(stored, 'audit.json'), 'utf8'),
  );
});
