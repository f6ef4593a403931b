import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatAudit } from '../../cli/commands/audit/format-audit.ts';
import { createAuditArchive } from '../../shared/adapters/storage/blobs/create-audit-archive.ts';
import { AuditReport } from '../../shared/domain/audit/report/audit-report.ts';
import type { AuditSummary } from '../../shared/domain/audit/report/summary.ts';
import type { Environment } from '../environment/start-environment.ts';
import { DEMO_VERSION } from './demo-environment.ts';
import type { Narrator } from './narrator.ts';

export interface DemoAudit {
  runId: string;
  summary: AuditSummary;
  /** Path of the page on this machine; it outlives the demo. */
  page: string;
  /** The audit as the command line prints it. */
  text: string;
}

/**
 * A release manager asks for the audit of the release over HTTP; a runner performs it and keeps it in the storage
 * account.
 */
export async function playAudit(
  environment: Environment,
  narrator: Narrator,
  settleWithinMs: number,
): Promise<DemoAudit> {
  narrator.chapter('The release is audited');
  narrator.act(`asks for the audit of ${DEMO_VERSION}`);
  const runId = await requestAudit(environment);
  await environment.settle(settleWithinMs);

  const archive = createAuditArchive({ connectionString: environment.proxy.connectionString }, 'audits');
  const place = { fixVersion: DEMO_VERSION, auditId: runId };
  const [json, html] = await Promise.all([archive.find(place, 'audit.json'), archive.find(place, 'audit.html')]);
  if (json === undefined || html === undefined) throw new Error(`The audit ${runId} was not kept`);
  const report = AuditReport.parse(JSON.parse(json));
  const page = path.join('audit-out', 'audit.html');
  await mkdir(path.dirname(page), { recursive: true });
  await writeFile(page, html);
  // Beside it, so that `cmap audit show` answers for it too.
  await writeFile(path.join(path.dirname(page), 'audit.json'), json);
  return {
    runId,
    summary: report.summary,
    page: path.resolve(page),
    text: formatAudit(report, [page], { program: 'npx cmap' }),
  };
}

async function requestAudit({ functions, adminSecret }: Environment): Promise<string> {
  const answer = await fetch(`${functions[0]?.url}/api/audits`, {
    method: 'POST',
    headers: { 'x-cmap-admin-secret': adminSecret },
    body: JSON.stringify({ fixVersion: DEMO_VERSION, from: 'v0.9.0' }),
  });
  const { runId, error } = (await answer.json()) as { runId?: string; error?: string };
  if (runId === undefined) throw new Error(`The audit was refused: ${answer.status} ${error}`);
  return runId;
}
