import { expect, it } from 'vitest';
import { aFindingRow, anAuditReport, aReportChange, aReportStory } from '../../../test/builders/audit-report.ts';
import { createMemoryIO, type MemoryIOOptions } from '../../../test/doubles/memory-io.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { runProgram } from '../../program.ts';
import { AuditFixOptions, auditFix } from './fix.ts';

const notInVersion = aFindingRow({
  id: 'ticket-not-in-version:group/app!1:PROJ-9',
  rule: 'ticket-not-in-version',
  subject: { kind: 'change', id: 'group/app!1' },
  related: ['PROJ-9'],
});
const notDone = aFindingRow({ id: 'issue-not-done:PROJ-1', rule: 'issue-not-done', next: 'Finish it.' });
const gap = { reason: 'forbidden', subject: 'group/other', detail: 'GitLab says no.', next: null } as const;

async function fix(report: Parameters<typeof anAuditReport>[0], given = {}, options: MemoryIOOptions = {}) {
  const files = { 'out/audit.json': JSON.stringify(anAuditReport({ changes: [aReportChange()], ...report })) };
  const io = createMemoryIO({ files, ...options });
  const versions = { 'PROJ-9': [] as string[] };
  const tools = createMemoryTools({
    mappings: { PROJ: { repo: 'group/app' } },
    jira: {
      getFixVersions: async (key) => ({ key, names: versions['PROJ-9'] }),
      findVersion: async () => ({ id: '10', name: '2.4.0' }),
      addFixVersion: async () => void versions['PROJ-9'].push('2.4.0'),
    },
  });
  const code = await auditFix(AuditFixOptions.parse({ audit: 'out', ...given }), io, tools);
  return { code, stdout: io.stdout, stderr: io.stderr, questions: io.questions, versions: versions['PROJ-9'] };
}

it('says what it would do, and what needs a person, and ends with 1', async () => {
  const { code, stdout, versions } = await fix({ findings: [notInVersion, notDone] });
  expect(stdout.split('\n')).toEqual([
    'to do          PROJ-9: set the fix version 2.4.0',
    '',
    'Release 2.4.0: 1 to do. --apply does what is to do.',
    '',
    '1 finding needs a person:',
    '  issue-not-done:PROJ-1: Finish it.',
    '',
  ]);
  expect({ code, versions }).toEqual({ code: 1, versions: [] });
});

it.each([
  { name: 'without a terminal, and asks nothing', options: {}, given: {}, questions: [] },
  {
    name: 'when a person says yes',
    options: { isInteractive: true, answers: [true] },
    given: {},
    questions: ['Apply 1 fix?'],
  },
  { name: 'with --yes, and asks nothing', options: { isInteractive: true }, given: { yes: true }, questions: [] },
  { name: 'as JSON with --yes', options: { isInteractive: true }, given: { yes: true, json: true }, questions: [] },
])('applies $name', async ({ options, given, questions }) => {
  const done = await fix({ findings: [notInVersion] }, { apply: true, ...given }, options);
  expect(done).toMatchObject({ code: 0, questions, versions: ['2.4.0'] });
  if (!('json' in given))
    expect(done.stdout).toMatch(/^done {11}PROJ-9: got the fix version 2\.4\.0\n\nRelease 2\.4\.0: 1 done\.\n$/m);
  else expect(JSON.parse(done.stdout)).toMatchObject({ ok: true, applied: true, outcomes: [{ state: 'applied' }] });
});

it.each([{ answer: false }, { answer: undefined }])(
  'changes nothing when the answer is $answer',
  async ({ answer }) => {
    const options = { isInteractive: true, answers: [answer] };
    const { code, stderr, versions } = await fix({ findings: [notInVersion] }, { apply: true }, options);
    expect({ code, stderr, versions }).toEqual({ code: 1, stderr: 'cmap: nothing was changed\n', versions: [] });
  },
);

it('does not put a question into a JSON document', async () => {
  const { code, stdout, versions } = await fix(
    { findings: [notInVersion] },
    { apply: true, json: true },
    { isInteractive: true },
  );
  expect({ code, versions }).toEqual({ code: 2, versions: [] });
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: expect.stringContaining('repeat with --yes') });
});

it('ends with 3 for an audit that could not see everything, also when all was done', async () => {
  const { code, stdout } = await fix({ findings: [notInVersion], gaps: [gap] }, { apply: true });
  expect(code).toBe(3);
  expect(stdout).toContain('The audit was incomplete');
});

it('needs no settings where there is nothing to fix', async () => {
  const report = anAuditReport({ stories: [aReportStory()] });
  const io = createMemoryIO({ files: { 'a.json': JSON.stringify(report) } });
  expect(await runProgram(['audit', 'fix', 'a.json'], io)).toBe(0);
  expect(io.stdout).toBe('Release 2.4.0: nothing that cmap can fix.\n');
});

it.each([
  [['audit', 'fix'], 'audit fix needs <audit>'],
  [['audit', 'fix', 'gone'], 'gone/audit.json: no such file'],
  [['audit', 'fix', 'odd.json'], 'odd.json is not the audit.json of an audit'],
  [['audit', 'fix', 'a.json', '--aply'], 'did you mean --apply?'],
])('is used wrongly by %j', async (argv, message) => {
  const io = createMemoryIO({ files: { 'odd.json': '{}', 'a.json': JSON.stringify(anAuditReport()) } });
  expect(await runProgram(argv, io)).toBe(2);
  expect(io.stderr).toContain(message);
});
