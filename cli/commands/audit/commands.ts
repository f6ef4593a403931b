import { readOptions } from '../../arguments/read-options.ts';
import type { Command, CommandGroup } from '../../command-line/command.ts';
import { orIncomplete } from '../../output/or-incomplete.ts';

/** What is the same for a release and one merge request. */
const EXIT_CODES: Command['exitCodes'] = [
  ['0', 'Clean at --fail-on'],
  ['1', 'Findings from that severity on'],
  ['2', 'Used wrongly, or settings are missing'],
  ['3', 'Incomplete: something could not be seen, or a service failed'],
];

/** What auditors and release managers ask: what is in a release, and who approved it. */
export const AUDIT_COMMANDS: CommandGroup = {
  title: 'Release audit (Jira and GitLab; run --offline needs only stored evidence)',
  commands: [
    {
      usage: 'audit run',
      description: 'Audit a fix version against what is in Git, and write every file of the audit',
      options: [
        ['--fix-version <name>', 'The fix version, as Jira spells it'],
        ['--project <key>', 'A Jira project of the release; may be given several times. Default: all of the map'],
        ['--repo <path>', 'A GitLab project, group/app; may be given several times. Default: those of the projects'],
        ['--from <ref>', 'Where the release begins: a tag, SHA, or root. Default: the newest release tag in --to'],
        ['--to <ref>', 'Where it ends. Default: the target branch of the binding'],
        ['--env <name>', 'Environment whose deployments are looked at'],
        ['--map <file>', 'Mapping file. Default: the map of the deployment'],
        ['--policy <file>', 'Rules of the audit, as YAML'],
        ['--out <dir>', 'Folder for all files of the audit. Default: audit-out'],
        ['--json-file <file>', 'Also write audit.json here'],
        ['--xlsx <file>', 'Also write the workbook here'],
        ['--html <file>', 'Also write the page here'],
        ['--summary <file>', 'Also write the summary here'],
        ['--csv <dir>', 'Also write one CSV a table into this folder'],
        ['--cache-dir <dir>', 'Folder of the evidence. Default: evidence in --out'],
        ['--resume', 'Go on with an audit that was interrupted'],
        ['--offline', 'Judge the stored evidence again; no network, no settings'],
        ['--git-dir <dir>', 'A clone to read the commits from, without calls; may be given once for each repository'],
        ['--deep', 'Ask for the time of every approval and every push'],
        ['--fail-on <severity>', 'Exit 1 from this severity on: none, low, medium, high (default)'],
        ['--scope <key=value>', 'Stored with the audit; may be given several times'],
        ['--upload', 'Also keep the audit in the blob container of the deployment'],
        ['--now <time>', 'Time of the audit, as 2026-11-28T12:00:00Z'],
        ['--dry-run', 'Print the plan as JSON and touch nothing'],
      ],
      exitCodes: EXIT_CODES,
      example: 'cmap audit run --fix-version 2.4.0 --env production',
      async run(given, io) {
        const { auditRun, AuditRunOptions } = await import('./run.ts');
        const options = readOptions(AuditRunOptions, given);
        return orIncomplete(options.json, io, () => auditRun(options, io));
      },
    },
    {
      usage: 'audit check',
      description: 'The same rules for one open merge request, before it is merged',
      options: [
        ['--merge-request <iid>', 'Number of the merge request'],
        ['--repo <path>', 'Its GitLab project, group/app'],
        ['--fix-version <name>', 'Also ask that its tickets are in this version'],
        ['--map <file>', 'Mapping file. Default: the map of the deployment'],
        ['--policy <file>', 'Rules of the audit, as YAML'],
        ['--fail-on <severity>', 'Exit 1 from this severity on: none, low, medium, high (default)'],
      ],
      exitCodes: EXIT_CODES,
      example: 'cmap audit check --repo group/app --merge-request 7',
      async run(given, io) {
        const { auditCheck, AuditCheckOptions } = await import('./check.ts');
        const options = readOptions(AuditCheckOptions, given);
        return orIncomplete(options.json, io, () => auditCheck(options, io));
      },
    },
    {
      usage: 'audit list',
      description: 'List the audits that are kept in the storage account, newest first, with links that expire',
      options: [
        ['--fix-version <name>', 'Only audits of this version'],
        ['--limit <number>', 'How many; 20 unless given'],
      ],
      exitCodes: [
        ['0', 'They are listed, also where there are none'],
        ['2', 'Used wrongly, or settings are missing'],
        ['3', 'A service failed'],
      ],
      example: 'cmap audit list --fix-version 2.4.0',
      async run(given, io) {
        const { auditList, AuditListOptions } = await import('./list.ts');
        const options = readOptions(AuditListOptions, given);
        return orIncomplete(options.json, io, () => auditList(options, io));
      },
    },
    {
      usage: 'audit show <item>',
      description: 'Why one issue, merge request or commit of an audit is as it is (item: PROJ-12, group/app!7, SHA)',
      options: [['--dir <dir>', 'Folder of the audit. Default: audit-out']],
      example: 'cmap audit show PROJ-12',
      async run(given, io) {
        const { auditShow, AuditShowOptions } = await import('./show.ts');
        return auditShow(readOptions(AuditShowOptions, given), io);
      },
    },
    {
      usage: 'audit diff <before> <after>',
      description: 'What changed between two audits, given their audit.json',
      example: 'cmap audit diff old/audit.json audit-out/audit.json',
      async run(given, io) {
        const { auditDiff, AuditDiffOptions } = await import('./diff.ts');
        return auditDiff(readOptions(AuditDiffOptions, given), io);
      },
    },
    {
      usage: 'audit verify <dir>',
      description: 'Whether the files and the evidence of an audit are what was written, and judge alike today',
      options: [['--cache-dir <dir>', 'Folder of the evidence. Default: evidence in the folder of the audit']],
      example: 'cmap audit verify audit-out',
      async run(given, io) {
        const { auditVerify, AuditVerifyOptions } = await import('./verify.ts');
        return auditVerify(readOptions(AuditVerifyOptions, given), io);
      },
    },
    {
      usage: 'audit fix <audit>',
      description: 'What can be repaired of the findings of an audit (its folder or audit.json); --apply does it',
      options: [
        ['--apply', 'Do it: without, nothing is changed'],
        ['--yes', 'Do not ask before it is done'],
        ['--issue-type <name>', 'Type of tickets that are created. Default: Task, or the first that fits'],
        ['--map <file>', 'Mapping file. Default: the map of the deployment'],
      ],
      exitCodes: [
        ['0', 'Nothing to fix, or all of it was done'],
        ['1', 'Something is to do, or was refused'],
        ['2', 'Used wrongly, or settings are missing'],
        ['3', 'The audit was incomplete, or a service failed'],
      ],
      example: 'cmap audit fix audit-out --apply',
      changes: true,
      async run(given, io) {
        const { auditFix, AuditFixOptions } = await import('./fix.ts');
        const options = readOptions(AuditFixOptions, given);
        return orIncomplete(options.json, io, () => auditFix(options, io));
      },
    },
  ],
};
