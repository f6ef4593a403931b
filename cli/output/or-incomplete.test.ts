import { expect, it } from 'vitest';
import { TaskError } from '../../shared/kernel/errors.ts';
import { aFindingRow, anAuditReport, aReportChange } from '../../test/builders/audit-report.ts';
import { createMemoryIO } from '../../test/doubles/memory-io.ts';
import { AUDIT_COMMANDS } from '../commands/audit/commands.ts';
import { REPORT_COMMANDS } from '../commands/report/commands.ts';
import { runProgram } from '../program.ts';
import { orIncomplete } from './or-incomplete.ts';

it('is 3 where a service failed, and says why', async () => {
  const io = createMemoryIO();
  expect(await orIncomplete(false, io, () => Promise.reject(new TaskError('jira-unavailable')))).toBe(3);
  expect(io.stderr).toContain('Jira');
});

it('leaves what is no failure of a service alone', async () => {
  await expect(orIncomplete(false, createMemoryIO(), () => Promise.reject(new RangeError('bug')))).rejects.toThrow(
    'bug',
  );
});

const notInVersion = aFindingRow({
  id: 'ticket-not-in-version:group/app!1:PROJ-9',
  rule: 'ticket-not-in-version',
  subject: { kind: 'change', id: 'group/app!1' },
  related: ['PROJ-9'],
});

/** Settings that come from a service which does not answer. */
function withoutSettings() {
  const report = anAuditReport({ changes: [aReportChange()], findings: [notInVersion] });
  const io = createMemoryIO({ files: { 'out/audit.json': JSON.stringify(report) } });
  return Object.defineProperty({ ...io }, 'env', {
    get: () => {
      throw new TaskError('key-vault-unavailable');
    },
  });
}

it.each([['audit list'], ['audit fix <audit>'], ['report weekly'], ['audit run'], ['audit check']])(
  '%s ends with 3 where a service failed',
  async (usage) => {
    const command = [...AUDIT_COMMANDS.commands, ...REPORT_COMMANDS.commands].find((one) => one.usage === usage);
    const given = {
      'audit fix <audit>': { audit: 'out' },
      'audit run': { fixVersion: '2.4.0' },
      'audit check': { repo: 'group/app', mergeRequest: '1' },
    }[usage];
    expect(await command?.run(given ?? {}, withoutSettings())).toBe(3);
  },
);

it.each([['audit fix'], ['audit run'], ['audit check'], ['audit list'], ['report weekly']])(
  'is in the help of %s',
  async (words) => {
    const io = createMemoryIO();
    expect(await runProgram([...words.split(' '), '--help'], io)).toBe(0);
    expect(io.stdout).toMatch(/\nExit codes:\n {2}0 [\s\S]*\n {2}3 {2}.*a service failed/i);
  },
);
