import type { WeeklyArtefact } from '../../../domain/audit/weekly/weekly-facts.ts';
import type { RunLedger } from '../../../domain/ports/run-ledger.ts';
import { fromRunDocument } from '../../../domain/runs/archive/run-document.ts';
import { isFinal, type Run } from '../../../domain/runs/run.ts';
import { gitlabProjectSubject, jiraProjectSubject, listSubjects } from '../../../domain/runs/subjects.ts';
import { DAY } from '../../../kernel/clock.ts';
import { toIso } from '../../../kernel/to-iso.ts';
import { listKeptRuns } from '../../runs/archive/join-archive.ts';
import type { KeptDayFiles } from '../../runs/archive/kept-days.ts';
import type { FoundIssue } from './collect-issues.ts';
import type { FoundRepository } from './collect-merge-requests.ts';
import type { Gaps } from './gaps.ts';
import type { Span } from './span.ts';

/** A run is tried for at most a week, and the ledger lists by creation. */
const LONGEST_RUN_MS = 8 * DAY;

/** Where runs are read. */
export interface RunSources {
  ledger: () => Promise<Pick<RunLedger, 'listSince'>>;
  /** Finished days of the run ledger. */
  ledgerFiles: () => Promise<KeptDayFiles>;
}

interface Places {
  projects: readonly string[];
  merges: readonly FoundRepository[];
  issues: readonly FoundIssue[];
}

/**
 * Runs of the agent that ended in the span: on issues of the projects, and on merge requests of the repositories. Those
 * that have left the tables since are read from the kept days, each of them once.
 */
export async function collectRuns(
  places: Places,
  { since }: Span,
  { ledger, ledgerFiles, gaps }: RunSources & { gaps: Gaps },
): Promise<WeeklyArtefact[]> {
  const subjects = [
    ...places.projects.map(jiraProjectSubject),
    ...places.merges.map(({ projectId }) => gitlabProjectSubject(projectId)),
  ];
  const read = async () => {
    const source = await ledger();
    const runs = new Map<string, Run>();
    const from = Math.max(0, since - LONGEST_RUN_MS);
    const unreadable = new Set<string>();
    for (const subject of subjects)
      for await (const run of source.listSince(subject, from, (runId) => unreadable.add(runId)))
        runs.set(run.runId, run);
    for await (const document of listKeptRuns(await ledgerFiles(), from)) {
      if (runs.has(document.runId) || !listSubjects(document.task).some((one) => subjects.includes(one))) continue;
      unreadable.delete(document.runId);
      runs.set(document.runId, fromRunDocument(document));
    }
    for (const runId of unreadable) gaps.add(runId, 'The run ledger has this run and its row cannot be read.');
    return [...runs.values()].filter(({ state, updatedAt }) => isFinal(state) && updatedAt >= since);
  };
  const ended = await gaps.orGap('runs of the agent', read, []);
  return ended.flatMap((run) => toArtefact(run, places));
}

function toArtefact(run: Run, places: Places): WeeklyArtefact[] {
  const about = describe(run, places);
  if (!about) return [];
  const outcome = run.code ?? run.result?.what;
  const title = `${run.task.kind} ${about.name}: ${run.state}${outcome === undefined ? '' : `, ${outcome}`}`;
  const url = run.result?.mergeRequestUrl ?? about.url;
  return [{ kind: 'run', title, at: toIso(run.updatedAt), url }];
}

/** What a run was about; audits are listed by themselves. */
function describe({ task }: Run, { merges, issues }: Places): { name: string; url: string } | undefined {
  switch (task.kind) {
    case 'coding': {
      const known = issues.find(({ issue }) => issue.key === task.issueKey);
      return { name: task.issueKey, url: known?.issue.url ?? '' };
    }
    case 'review':
    case 'reply':
    case 'update': {
      const place = merges.find(({ projectId }) => projectId === task.projectId);
      if (!place) return undefined;
      const { mergeRequestIid: iid } = task;
      return { name: `${place.path}!${iid}`, url: `${place.url}/-/merge_requests/${iid}` };
    }
    case 'audit':
    case 'echo':
      return undefined;
  }
}
