import { namePatchFile } from '../../../shared/domain/attachments/patch-file.ts';
import { countCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import {
  ASK_FOR_RATING,
  formatPatchPlace,
  formatShadowChange,
  formatShadowNothing,
} from '../../../shared/domain/messages/format-shadow-report.ts';
import { type KeptShadow, parseKeptShadow } from '../../../shared/domain/runs/kept-shadow.ts';
import type { Outcome } from '../../../shared/domain/runs/outcome.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { reportOnIssue } from '../../../shared/services/notifications/report-on-issue.ts';
import { readGit } from '../../git/run-git.ts';
import { type Patch, readPatch } from '../shadow/read-patch.ts';
import type { DeliveredChange, NoChange } from './change.ts';
import type { CodingRun } from './coding-run.ts';
import type { OpenBranch } from './open-work-branch.ts';

/** What a run in shadow made, and its patch where no file of the run holds it. */
export interface MadeShadow {
  kept: KeptShadow;
  patchText: string | undefined;
}

/**
 * Keeps what a run in shadow made beside its transcript, before anything is said on the ticket: an attempt that takes
 * over reports the same.
 * @throws {TaskError} `storage-unavailable`, `git-*`
 */
export async function keepShadow(
  coding: CodingRun,
  change: DeliveredChange | NoChange,
  { repository }: Pick<OpenBranch, 'repository'>,
  signal: AbortSignal,
): Promise<MadeShadow> {
  const { context, deps } = coding;
  if (change.kind === 'nothing') return keep(coding, describeNothing(change));
  const patch = await readPatch(repository, change.sha, deps, signal);
  const baseSha = await readGit(repository, ['rev-parse', '--verify', `${change.sha}^`], {}, signal);
  const path = (await deps.files?.keep(context.run, 'patch', patch.text)) ?? '';
  const name = namePatchFile(context.run.runId);
  const described = describeChange(coding, change, { patch, baseSha });
  return keep(coding, { ...described, patch: { path, name, remarks: patch.remarks } }, patch.text);
}

async function keep(
  { context, deps }: CodingRun,
  about: Omit<KeptShadow, 'version'>,
  patchText?: string,
): Promise<MadeShadow> {
  const kept: KeptShadow = { version: 1, ...about };
  await deps.files?.keep(context.run, 'shadow.json', JSON.stringify(kept));
  return { kept, patchText };
}

/** What an earlier attempt has kept; `undefined` where it did not come as far. @throws {TaskError} `storage-*` */
export async function findKeptShadow({ context, deps }: CodingRun): Promise<MadeShadow | undefined> {
  const text = await deps.files?.findNewest(context.run, 'shadow.json');
  const kept = text === undefined ? undefined : parseKeptShadow(text);
  if (!kept) return undefined;
  return { kept, patchText: kept.patch ? await deps.files?.find(kept.patch.path) : undefined };
}

function describeNothing({ summary, question, leftOut, usage }: NoChange): Omit<KeptShadow, 'version'> {
  const text = formatShadowNothing({ summary, ...(question === undefined ? {} : { question }) });
  return {
    markdown: [text, ...leftOut.map((line) => `- ${line}`)].join('\n\n'),
    result: { what: 'shadow-nothing', summary: question ?? summary, usage },
  };
}

function describeChange(
  { plan: carried, branch, context, deps }: CodingRun,
  change: DeliveredChange,
  { patch, baseSha }: { patch: Patch; baseSha: string },
): Omit<KeptShadow, 'version'> {
  const { summary, criteria, checks, usage } = change;
  const text = carried?.text ?? change.plan;
  const plan = text === undefined ? {} : { plan: text };
  return {
    markdown: formatShadowChange({
      summary,
      ...plan,
      ...(criteria ? { criteria } : {}),
      checks,
      files: patch.files,
      baseSha,
      branch,
      usage,
      durationMs: deps.clock.now() - context.run.createdAt,
    }),
    result: {
      what: 'shadow-change',
      branch,
      summary,
      ...plan,
      ...(criteria ? { criteria: countCriteria(criteria) } : {}),
      usage,
    },
  };
}

/** The end of a run in shadow: one comment with the patch, or nothing where only the board is to have it. */
export async function reportShadow(
  coding: CodingRun,
  { kept, patchText }: MadeShadow,
  signal: AbortSignal,
): Promise<Outcome> {
  const { binding, issue, context, deps } = coding;
  if (binding.mode === 'shadow') {
    const patch =
      kept.patch && patchText !== undefined ? [await placePatch(coding, kept.patch, patchText, signal)] : [];
    const markdown = [kept.markdown, ASK_FOR_RATING, ...patch].join('\n\n');
    signal.throwIfAborted();
    const report = { issueKey: issue.key, runId: context.run.runId, markdown };
    await reportOnIssue(report, { jira: deps.jira, agentId: deps.settings.agentId }, signal);
  }
  await context.stage('reported');
  return { kind: 'done', result: kept.result };
}

/** A file of the ticket, where Jira takes it; what it refuses or cannot take now stands in the comment. */
async function placePatch(
  { issue, deps, context }: CodingRun,
  { name, remarks }: NonNullable<KeptShadow['patch']>,
  text: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    await deps.jira.attachText({ issueKey: issue.key, name, text }, signal);
    return formatPatchPlace({ name, remarks });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TaskError)) throw error;
    context.log.warn('patch not attached', { issueKey: issue.key, error });
    return formatPatchPlace({ name, remarks, text });
  }
}
