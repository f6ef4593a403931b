import { namePatchFile } from '../../../../shared/domain/attachments/patch-file.ts';
import { findRefusedWork, isRefusalCode, type RefusedWork } from '../../../../shared/domain/runs/refused-work.ts';
import type { Run } from '../../../../shared/domain/runs/run.ts';
import { pickNewest, runFolder } from '../../../../shared/domain/runs/run-files.ts';
import { silentLog } from '../../../../shared/kernel/log.ts';
import { guardReading } from '../../../../shared/services/runs/guard-reading.ts';
import type { Board } from './board.ts';

/** Work of a run that was refused to its end, as the board shows it. */
export interface RefusedDetails {
  work: RefusedWork;
  /** As people read it on the ticket; absent where it is on a branch, or kept no longer. */
  patch?: { name: string; text: string };
  /** Of the branch that keeps it; absent where the address of GitLab is not known. */
  branchUrl?: string;
}

/** `undefined` for a run of which nothing was refused to its end; costs two reads and a list for one that was. */
export async function readRefused(run: Run, board: Board): Promise<RefusedDetails | undefined> {
  if (run.state !== 'failed' || !isRefusalCode(run.code)) return undefined;
  const { artefacts, ledger } = await board.storage();
  const events = await guardReading(run.runId, silentLog, () => ledger.listEvents(run.runId, 0, () => {}));
  const work = events === 'unreadable' ? undefined : findRefusedWork(events);
  if (!work) return undefined;
  const { kept } = work;
  if (kept.kind === 'branch') {
    const branchUrl = await findBranchUrl(run, kept.branch, board);
    return { work, ...(branchUrl === undefined ? {} : { branchUrl }) };
  }
  const path = pickNewest(await artefacts.list(runFolder(run.runId)), 'patch');
  const text = path === undefined ? undefined : await artefacts.find(path);
  const name = kept.kind === 'patch' ? kept.name : namePatchFile(run.runId);
  return { work, ...(text === undefined ? {} : { patch: { name, text } }) };
}

async function findBranchUrl({ facts }: Run, branch: string, board: Board): Promise<string | undefined> {
  const projectId = facts?.keptBranch?.projectId;
  const project = projectId === undefined ? undefined : (await board.projects()).get(projectId);
  return project && `${project.webUrl}/-/tree/${branch.split('/').map(encodeURIComponent).join('/')}`;
}
