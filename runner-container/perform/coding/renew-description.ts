import { withoutQuickActions } from '../../../shared/domain/messages/fill-description.ts';
import { type CarriedPlan, findDescribingRun } from '../../../shared/domain/messages/format-merge-request.ts';
import type { GitLab, MergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import { type Described, findDescribed } from '../../../shared/domain/runs/described-event.ts';
import { findStoredPlan } from '../../../shared/domain/runs/plan-event.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import { listAllRuns, readAccount } from './accounts.ts';
import type { CodingRun } from './coding-run.ts';
import { describeChange, type MergeRequestContent } from './describe-change.ts';

/**
 * After a rework the description tells of the whole change: what was done first, each rework, and criteria, plan and
 * checks as they are now. A description that a person has edited stays as it is, which is told by the digest the run
 * that wrote it has kept; so does one whose run was killed between the write and its record. Resolves with what the
 * record of this run is to keep of it. A refusal by GitLab costs nothing else.
 * @throws {TaskError} `gitlab-unavailable` and other failures that pass, `storage-unavailable`.
 */
export async function renewDescription(
  coding: CodingRun,
  content: MergeRequestContent,
  { mergeRequest, created }: { mergeRequest: MergeRequest; created: boolean },
  { gitlab }: { gitlab: Pick<GitLab, 'updateMergeRequest'> },
): Promise<Described | undefined> {
  const { project, others, context, deps } = coding;
  const { runId } = content;
  if (created) return describe(mergeRequest.description, [runId], content.carriedPlan);
  const writer = findDescribingRun(mergeRequest.description.trimEnd());
  if (writer === undefined) return undefined;
  const { runs: ofTicket } = await listAllRuns(context.run, others, deps);
  const known = writer === runId || ofTicket.some((run) => run.runId === writer);
  const written = known ? findDescribed(await deps.listRunEvents(writer), mergeRequest.iid) : undefined;
  if (written?.digest !== digestOf(mergeRequest.description)) return undefined;
  // Of this run, by an attempt that was killed afterwards.
  if (writer === runId) return written;

  const { rounds } = written;
  const { summary, reworks } = await tellOf(rounds, ofTicket, content.summary, deps);
  const carriedPlan = content.carriedPlan ?? (await findCarriedPlan(written, deps));
  const whole = { ...content, summary, ...(carriedPlan ? { carriedPlan } : {}) };
  const { description } = describeChange(coding, whole, { maskWritten: deps.maskWritten, reworks });
  let now = mergeRequest.description;
  const renew = async () => {
    const values = { description: withoutQuickActions(description) };
    now = (await gitlab.updateMergeRequest(project.projectId, mergeRequest.iid, values)).description;
  };
  const refused = { log: context.log, event: 'description not renewed', fields: { iid: mergeRequest.iid } };
  return (await tolerate(renew, refused)) ? describe(now, [...rounds, runId], carriedPlan) : undefined;
}

function describe(description: string, rounds: readonly string[], plan?: CarriedPlan): Described {
  return {
    digest: digestOf(description),
    rounds,
    ...(plan ? { plan: { run: plan.planRun, approvedBy: plan.approvedBy } } : {}),
  };
}

/** The plan the description has shown so far; a run that is kept no longer has none. */
async function findCarriedPlan(
  { plan }: Described,
  { listRunEvents }: Pick<CodingRun['deps'], 'listRunEvents'>,
): Promise<CarriedPlan | undefined> {
  const stored = plan ? findStoredPlan(await listRunEvents(plan.run)) : undefined;
  if (!plan || !stored) return undefined;
  const { run: planRun, approvedBy } = plan;
  return { text: stored.text, planRun, ...(approvedBy === undefined ? {} : { approvedBy }) };
}

/** GitLab keeps line ends as a browser sends them. */
function digestOf(description: string): string {
  return sha256(description.replaceAll('\r\n', '\n').trimEnd());
}

/** The accounts of the runs so far, the first one before all reworks. A run that is kept no longer has none. */
async function tellOf(
  rounds: readonly string[],
  others: readonly Run[],
  latest: string,
  deps: Pick<CodingRun['deps'], 'files'>,
): Promise<{ summary: string; reworks: readonly string[] }> {
  const accounts: string[] = [];
  for (const id of rounds) {
    const run = others.find(({ runId }) => runId === id);
    const account = run && (await readAccount(run, deps));
    if (account !== undefined) accounts.push(account);
  }
  const [summary = latest, ...reworks] = [...accounts, latest];
  return { summary, reworks };
}
