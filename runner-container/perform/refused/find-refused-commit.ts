import { findTokens } from '../../../shared/kernel/redaction/token-shapes.ts';
import { codeSpan } from '../../../shared/kernel/text/code-span.ts';
import { toChangePolicy } from '../../gate/change-policy.ts';
import { checkChange } from '../../gate/check-change.ts';
import { RULE_KINDS } from '../../gate/rule-kinds.ts';
import { scanSecrets } from '../../gate/scan-secrets.ts';
import type { Violation } from '../../gate/violation.ts';
import type { Change, ChangeList } from '../../git/change.ts';
import { commitChanges } from '../../git/commit-changes.ts';
import type { Repository } from '../../git/git.ts';
import { listChanges } from '../../git/list-changes.ts';
import { toAddedText } from '../../git/read-added-text.ts';
import { readBlobs } from '../../git/read-blobs.ts';
import { readRawDiff } from '../../git/read-raw-diff.ts';
import { resolveObject } from '../../git/resolve-commits.ts';
import { rewriteCommit } from '../../git/rewrite-commit.ts';
import { hasLfs } from '../../git/run-lfs.ts';
import { WORK_TREE_PROBLEMS } from '../../git/work-tree-problem.ts';
import { buildMessage } from '../delivery/commit-work.ts';
import type { WorkRequest } from '../delivery/deliver-work.ts';
import { listAllViolations } from '../delivery/judge-commit.ts';

/** Work that was refused, in a commit that nothing points at. */
export interface RefusedCommit {
  /** All that the gate has against the work, also what is not in the commit. */
  violations: Violation[];
  /** Absent where nothing of it can be kept. */
  commit?: { base: string; sha: string };
  /** Why there is no commit, as the end of a sentence. */
  whyNone?: string;
  /** Markdown lines about what is not in it, or not as it was. */
  remarks: string[];
  /** It is the work as it was. */
  isWhole: boolean;
  /** It has files of Git LFS as they are. */
  hasLfsBytes: boolean;
}

/** What a clone may grow by for work that no person has asked for yet. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
const MAX_NAMED = 10;

type RefusedRequest = Pick<WorkRequest, 'repository' | 'binding' | 'targetSha' | 'state' | 'deps' | 'describe'>;

/**
 * Puts refused work into a commit: the one that was refused, or what the work tree has where the gate refused it before
 * it was committed. What may be nowhere but named is left out, and files in which a credential was found are masked, or
 * left out where one would still be found.
 * @throws {TaskError} `git-*`
 */
export async function findRefusedCommit(request: RefusedRequest, signal: AbortSignal): Promise<RefusedCommit> {
  const { repository, binding, targetSha, state } = request;
  const raw =
    state.commit === undefined ? await commitReadable(request, signal) : { sha: state.commit, left: [], listed: [] };
  if (raw.sha === undefined) {
    const { listed: violations, whyNone } = raw;
    return { violations, whyNone, remarks: [], isWhole: false, hasLfsBytes: false };
  }

  const base = await resolveObject(repository, `${raw.sha}^`, signal);
  const range = { from: base, to: raw.sha, targetSha };
  const all = joinViolations(raw.listed, await listAllViolations(repository, range, binding, signal));
  // Where git-lfs is there, a commit that is pushed has pointers in their place.
  const hasLfsBytes = all.some(({ rule }) => rule === 'lfs-file') && (await hasLfs(repository, signal));
  const violations = hasLfsBytes ? all.filter(({ rule }) => rule !== 'lfs-file') : all;
  const clean = await cleanCommit(request, { base, sha: raw.sha }, violations, signal);
  const left = [...raw.left, ...clean.left];
  const isEmpty =
    (await resolveObject(repository, `${clean.sha}^{tree}`, signal)) ===
    (await resolveObject(repository, `${base}^{tree}`, signal));
  return {
    violations,
    ...(isEmpty ? { whyNone: NOTHING_LEFT } : { commit: { base, sha: clean.sha } }),
    remarks: describeParts({ ...raw, left, masked: clean.masked }, request.deps.maskWritten),
    hasLfsBytes,
    isWhole: left.length === 0 && clean.masked.length === 0 && !raw.isCut,
  };
}

const NOTHING_LEFT = 'each file that was changed is one of those that may only be named, by what is said above';

type ReadableCommit = { left: string[]; listed: Violation[] } & (
  | { sha: string; isCut?: boolean }
  | { sha: undefined; whyNone: string }
);

/**
 * Commits what git can read of the work tree to its end: no pipe, no file of many gigabytes, no name it has no place
 * for.
 */
async function commitReadable(
  { repository, binding, deps, describe }: RefusedRequest,
  signal: AbortSignal,
): Promise<ReadableCommit> {
  const list = await listChanges(repository, signal);
  const result = checkChange(list, toChangePolicy(binding));
  const listed = result.kind === 'refused' ? result.violations : [];
  const { kept, left } = selectReadable(list, listed);
  if (kept.length === 0) return { sha: undefined, whyNone: findWhyNone(list), left, listed };
  const message = buildMessage(describe(), deps);
  const { author } = deps.settings;
  const commit = await commitChanges(repository, { changes: kept, ...message, author }, signal);
  if (commit.kind !== 'committed') return { sha: undefined, whyNone: findWhyNone(list), left, listed };
  return { sha: commit.sha, isCut: list.truncated, left, listed };
}

function findWhyNone({ problem, changes }: ChangeList): string {
  if (problem) return WORK_TREE_PROBLEMS[problem];
  return changes.length === 0 ? 'it changes no file' : NOTHING_LEFT;
}

function selectReadable({ changes }: ChangeList, violations: readonly Violation[]): { kept: Change[]; left: string[] } {
  const unreadable = new Set(
    violations.flatMap((one) => (isNamedOnly(one) && one.path !== undefined ? [one.path] : [])),
  );
  const kept: Change[] = [];
  const left: string[] = [];
  let bytes = 0;
  for (const change of changes) {
    const isKept = !unreadable.has(change.path) && bytes + change.sizeBytes <= MAX_KEPT_BYTES;
    if (isKept) kept.push(change);
    else left.push(change.path);
    bytes += isKept ? change.sizeBytes : 0;
  }
  return { kept, left };
}

function isNamedOnly({ rule, isFinal }: Violation): boolean {
  return RULE_KINDS[rule].keep === 'named' || (rule === 'file-too-large' && isFinal === true);
}

function joinViolations(...lists: Violation[][]): Violation[] {
  const all = new Map(lists.flat().map((one) => [JSON.stringify([one.rule, one.path, one.message]), one]));
  return [...all.values()];
}

async function cleanCommit(
  { repository, deps }: RefusedRequest,
  { base, sha }: { base: string; sha: string },
  violations: readonly Violation[],
  signal: AbortSignal,
): Promise<{ sha: string; left: string[]; masked: string[] }> {
  const leaveOut = new Set(violations.flatMap((one) => (isNamedOnly(one) && one.path !== undefined ? [one.path] : [])));
  const secrets = new Set(
    violations.flatMap(({ rule, path }) => (rule === 'secret' && path !== undefined ? [path] : [])),
  );
  const replace = new Map<string, string>();
  const { changes } = await readRawDiff(repository, base, sha, signal);
  for (const { path, oid, oldOid } of changes) {
    if (!secrets.has(path) || leaveOut.has(path)) continue;
    const masked = await maskFile({ path, oid, oldOid }, { repository, ...deps }, signal);
    if (masked === undefined) leaveOut.add(path);
    else replace.set(path, masked);
  }
  if (leaveOut.size === 0 && replace.size === 0) return { sha, left: [], masked: [] };
  const present = new Set(changes.flatMap(({ path, oldPath }) => [path, ...(oldPath === undefined ? [] : [oldPath])]));
  const left = [...leaveOut].filter((path) => present.has(path));
  const rewritten = await rewriteCommit(repository, { base, sha }, { leaveOut, replace }, signal);
  return { sha: rewritten, left, masked: [...replace.keys()] };
}

/** The text of a file without its credentials; `undefined` where one would be left, or its name holds one. */
async function maskFile(
  { path, oid, oldOid }: { path: string; oid: string; oldOid: string },
  { repository, maskWritten }: { repository: Repository; maskWritten: (text: string) => string },
  signal: AbortSignal,
): Promise<string | undefined> {
  if (findTokens(path).length > 0) return undefined;
  const blobs = await readBlobs(
    repository,
    [oid, oldOid].filter((id) => !/^0+$/.test(id)),
    signal,
  );
  const blob = blobs.get(oid);
  const text = blob?.toString('utf8');
  // What is no UTF-8 would come out as something else.
  if (!blob || text === undefined || !Buffer.from(text).equals(blob)) return undefined;
  const masked = maskWritten(text);
  const found = await scanSecrets([toAddedText(path, Buffer.from(masked), blobs.get(oldOid))]);
  return found.length === 0 ? masked : undefined;
}

function describeParts(
  { left, masked, isCut }: { left: readonly string[]; masked: readonly string[]; isCut?: boolean },
  maskWritten: (text: string) => string,
): string[] {
  const list = (paths: readonly string[]) => {
    const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : '';
    return `${paths
      .slice(0, MAX_NAMED)
      .map((path) => codeSpan(maskWritten(path)))
      .join(', ')}${more}`;
  };
  return [
    ...(isCut ? ['Not in it: files beyond those that could be listed'] : []),
    ...(left.length === 0 ? [] : [`Not in it: ${list(left)}`]),
    ...(masked.length === 0 ? [] : [`Values that look like credentials are masked in ${list(masked)}`]),
  ];
}
