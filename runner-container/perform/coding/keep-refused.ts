import { namePatchFile } from '../../../shared/domain/attachments/patch-file.ts';
import { keptBranchOf } from '../../../shared/domain/mapping/branch-of-issue.ts';
import { appendKept } from '../../../shared/domain/messages/describe-failure.ts';
import { formatAllowSteps, formatKept, type KeptWork } from '../../../shared/domain/messages/format-refused-work.ts';
import { formatPatchPlace } from '../../../shared/domain/messages/format-shadow-report.ts';
import type { CodingResult } from '../../../shared/domain/prompts/coding-result.ts';
import {
  isRefusalCode,
  type KeptRefused,
  type RefusedFile,
  toRefusedFields,
} from '../../../shared/domain/runs/refused-work.ts';
import { canBeNamed } from '../../../shared/domain/tasks/read-allow.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { RETRY, retry } from '../../../shared/kernel/retry.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import { tolerate } from '../../../shared/kernel/tolerate.ts';
import { upsertReportComment } from '../../../shared/services/notifications/report-comment.ts';
import { formatRefusal } from '../../gate/format-refusal.ts';
import { mayBeAllowed } from '../../gate/is-allowed.ts';
import { RULE_KINDS } from '../../gate/rule-kinds.ts';
import type { Violation } from '../../gate/violation.ts';
import { readWholePatch } from '../../git/apply-patch.ts';
import { pushKeptBranch } from '../../git/push-kept-branch.ts';
import type { WorkRequest } from '../delivery/deliver-work.ts';
import { findRefusedCommit, type RefusedCommit } from '../refused/find-refused-commit.ts';
import { type Patch, readPatch } from '../shadow/read-patch.ts';
import type { CodingRun } from './coding-run.ts';
import { describeChecks } from './describe-checks.ts';
import { listKeptShas } from './list-kept-shas.ts';

/** Whose refused work it is. */
export interface RefusedSubject
  extends Pick<CodingRun, 'binding' | 'branch' | 'context' | 'deps' | 'others' | 'project'> {
  issue: Pick<CodingRun['issue'], 'key'>;
  /** People read of it elsewhere than on the ticket. */
  isElsewhere?: boolean;
}

/** Work that a session has handed in, and that was refused to its end. */
export interface RefusedSession {
  coding: RefusedSubject;
  request: Pick<WorkRequest, 'repository' | 'binding' | 'targetSha' | 'state' | 'deps' | 'describe' | 'allowed'>;
  /** What the session has handed in last. */
  result: Pick<CodingResult, 'summary' | 'plan' | 'tests'>;
  /** What was kept of it before, where no session worked on it since. */
  keptBefore?: KeptRefused;
}

/**
 * Keeps what was refused, as the binding wants and its kind allows, and records what was refused by which rule.
 * Resolves to the failure with where the work is and how files are let pass; what cannot be kept now ends the run as
 * before.
 */
export async function keepRefused(
  session: RefusedSession,
  failure: TaskError,
  signal: AbortSignal,
): Promise<TaskError> {
  const { coding, request } = session;
  if (coding.binding.mode !== 'live' || signal.aborted || !isRefusalCode(failure.code)) return failure;
  try {
    const refused = await findRefusedCommit(request, signal);
    const work = await keep(session, refused, signal);
    return describe(failure, { refused, work, files: listFiles(refused.violations), session });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TaskError)) throw error;
    coding.context.log.warn('refused work not kept', { error });
    return failure;
  }
}

/** Each file once for each rule. */
function listFiles(violations: readonly Violation[]): RefusedFile[] {
  const files = new Map<string, RefusedFile>();
  for (const violation of violations) {
    const { rule, path, content } = violation;
    if (path === undefined) continue;
    const may = mayBeAllowed(violation) && canBeNamed(path);
    files.set(`${rule} ${path}`, {
      path,
      rule,
      ...(content === undefined ? {} : { content }),
      ...(may ? {} : { never: true as const }),
    });
  }
  return [...files.values()];
}

async function keep(session: RefusedSession, refused: RefusedCommit, signal: AbortSignal): Promise<KeptWork> {
  const { coding, request } = session;
  const { binding, context } = coding;
  const { commit } = refused;
  const record = async (work: KeptWork, digest?: string, patch?: Patch) => {
    const listed = listFiles(refused.violations);
    // What people cannot read to its end is not let pass as what they have read.
    const isShown = work.place.kind !== 'nowhere' && patch?.isCut !== true;
    const files = isShown ? listed : listed.map(({ content: _, ...file }) => file);
    const fields = toRefusedFields({ files, more: 0, kept: work.place, ...(digest ? { digest } : {}) });
    await whileStorageIsAway(() => context.stage('refused', fields), coding, signal);
    return work;
  };
  if (!commit || binding.refusedWork === 'drop') {
    const whyNowhere = binding.refusedWork === 'drop' ? DROPPED : refused.whyNone;
    return record({ place: { kind: 'nowhere' }, ...(whyNowhere ? { whyNowhere } : {}), remarks: [] });
  }

  const patch = await readPatch(request.repository, commit.sha, coding.deps, signal);
  const digest = await keepForLater(session, refused, signal);
  const remarks = [...refused.remarks, ...patch.remarks];
  const branch = keptBranchOf(coding.branch);
  const whyNoBranch = binding.refusedWork === 'branch' ? findReason(refused, patch) : undefined;
  if (binding.refusedWork === 'branch' && whyNoBranch === undefined) {
    const place = { kind: 'branch', branch, sha: commit.sha } as const;
    // Before the push, so that a later attempt knows the commit as its own.
    await record({ place, remarks: [] }, digest);
    const why = await push(session, place, signal);
    if (why === undefined) return { place, remarks: refused.remarks };
    return record(await attach(coding, patch, { remarks, branch, whyNoBranch: why }, signal), digest, patch);
  }
  return record(
    await attach(coding, patch, { remarks, ...(whyNoBranch ? { branch, whyNoBranch } : {}) }, signal),
    digest,
    patch,
  );
}

const DROPPED = 'the binding keeps no refused work (`refused_work: drop`)';

/** Why a branch must not have this work, also where the binding wants one. */
function findReason({ violations, isWhole, hasLfsBytes }: RefusedCommit, patch: Patch): string | undefined {
  const rules = new Set(violations.map(({ rule }) => rule));
  if (rules.has('secret') || patch.isMasked) return 'what looks like a credential is never pushed';
  if (rules.has('protected-path'))
    return 'it changes protected files, and what they describe could be run as soon as they are pushed';
  if ([...rules].some((rule) => RULE_KINDS[rule].keep !== 'branch'))
    return 'what was refused in it must not lie in GitLab';
  if (hasLfsBytes) return 'its files of Git LFS have no pointers yet';
  return isWhole ? undefined : 'it is not whole';
}

/** Resolves to why it is not there. */
async function push(
  { coding, request }: RefusedSession,
  { branch, sha }: { branch: string; sha: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { binding, context, deps, issue, project } = coding;
  try {
    const known = await listKeptShas(coding, branch);
    const { credentialRef } = binding;
    // Before the push, so that no branch is left that is looked after by nothing.
    const earlier = [...known].filter((one) => one !== sha);
    const { projectId } = project;
    await deps.followKeptBranch?.({ issueKey: issue.key, projectId, credentialRef, branch, sha, earlier });
    const pushed = await pushKeptBranch(request.repository, { branch, sha, known }, signal);
    if (pushed === 'theirs') return 'people have pushed to that branch';
    context.note({ keptBranch: { projectId: project.projectId, name: branch, sha } });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TaskError)) throw error;
    context.log.warn('branch of refused work not pushed', { branch, error });
    return 'GitLab did not take the push';
  }
}

/**
 * The patch as people read it: attached to the ticket, or in a comment where Jira does not take it as a file. Nowhere
 * where Jira takes neither: what was refused is recorded all the same.
 */
async function attach(
  coding: RefusedSubject,
  patch: Patch,
  about: Omit<KeptWork, 'place'>,
  signal: AbortSignal,
): Promise<KeptWork> {
  const { issue, context, deps } = coding;
  const { run } = context;
  const ticket = coding.isElsewhere ? { ticket: issue.key } : {};
  await tryTo(async () => deps.files?.keep(run, 'patch', patch.text), { coding, event: 'patch not kept' }, signal);
  const name = namePatchFile(run.attempt > 1 ? `${run.runId}-${run.attempt}` : run.runId);
  const place = { kind: 'patch', name } as const;
  const file = () => deps.jira.attachText({ issueKey: issue.key, name, text: patch.text }, signal);
  if (await tryTo(file, { coding, event: 'patch not attached' }, signal)) return { place, ...ticket, ...about };
  const markdown = formatPatchPlace({ name, remarks: about.remarks, text: patch.text });
  const comment = () => addPatchComment(coding, markdown, signal);
  if (await tryTo(comment, { coding, event: 'patch not in a comment' }, signal))
    return { place, isInComment: true, ...ticket, ...about, remarks: [] };
  const whyNowhere = 'Jira took it neither as an attachment nor as a comment';
  return { place: { kind: 'nowhere' }, whyNowhere, ...ticket, ...about, remarks: [] };
}

async function addPatchComment({ issue, context, deps }: RefusedSubject, markdown: string, signal: AbortSignal) {
  const { runId } = context.run;
  const { agentId } = deps.settings;
  const about = { issueKey: issue.key, purpose: 'refused-work', onePer: 'run', runId, agentId } as const;
  await upsertReportComment(deps.jira, { ...about, markdown }, signal);
}

/** One place that takes nothing now costs no other one, nor the record of the refusal. False where it took nothing. */
function tryTo(
  work: () => Promise<unknown>,
  { coding: { context, issue }, event }: { coding: RefusedSubject; event: string },
  signal: AbortSignal,
): Promise<boolean> {
  const isTolerable = (error: unknown) => error instanceof TaskError && !signal.aborted;
  return tolerate(work, { log: context.log, event, fields: { issueKey: issue.key }, isTolerable });
}

/** A record that is missing cannot be made later: the session and its work tree are gone then. */
function whileStorageIsAway<T>(
  write: () => Promise<T>,
  { deps: { clock }, context: { log } }: Pick<RefusedSubject, 'context' | 'deps'>,
  signal: AbortSignal,
): Promise<T> {
  const isTransient = (error: unknown) => error instanceof TaskError && error.code === 'storage-unavailable';
  const onWait = ({ attempt, error }: { attempt: number; error: unknown }) =>
    log.warn('record of refused work waits for storage', { attempt, error });
  return retry(write, { policy: RETRY.refusedRecord, clock, isTransient, onWait }, signal);
}

/**
 * Keeps the work as it can be delivered without another session. Resolves to its digest; `undefined` where it is not
 * whole, holds what is masked where it is stored, cannot be stored now, or nothing of a run is kept.
 */
async function keepForLater(
  { coding, request, result, keptBefore }: RefusedSession,
  { commit, isWhole }: RefusedCommit,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { context, deps, binding } = coding;
  const { files } = deps;
  if (!files || !commit || !isWhole) return undefined;
  const patch = await readWholePatch(request.repository, commit, signal);
  if (patch === undefined || deps.redact(patch) !== patch) return undefined;
  const kept: KeptRefused = {
    version: 1,
    ...keptBefore,
    patch,
    summary: result.summary,
    ...(result.plan ? { plan: result.plan.map((step, index) => `${index + 1}. ${step}`).join('\n') } : {}),
    checks: keptBefore?.checks ?? describeChecks(result, binding.validate),
  };
  const store = () =>
    whileStorageIsAway(() => files.keep(context.run, 'refused.json', JSON.stringify(kept)), coding, signal);
  return (await tryTo(store, { coding, event: 'refused work not kept to be delivered' }, signal))
    ? sha256(patch)
    : undefined;
}

interface Described {
  refused: RefusedCommit;
  work: KeptWork;
  files: readonly RefusedFile[];
  session: RefusedSession;
}

const MAX_REASONS = 6000;

function describe(failure: TaskError, { refused, work, files, session }: Described): TaskError {
  const kept = formatKept(work);
  const cause = failure.cause ?? failure;
  const detail = failure.detail ?? '';
  if (failure.code !== 'change-refused')
    return new TaskError(failure.code, { detail: appendKept(detail.slice(0, MAX_REASONS), kept), cause });
  const { coding, request } = session;
  const isOff = coding.binding.allowRefused === 'off';
  const more = isOff ? [] : formatAllowSteps(files, { place: work.place, allowed: request.allowed });
  const about = formatRefusal(refused.violations, { kept, more });
  // What was tried stands before it.
  const [tried = ''] = /^The agent tried[\s\S]*?\n\n/.exec(detail) ?? [];
  return new TaskError(failure.code, { detail: refused.violations.length === 0 ? detail : `${tried}${about}`, cause });
}
