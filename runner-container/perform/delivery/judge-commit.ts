import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { AllowedFile } from '../../../shared/domain/runs/refused-work.ts';
import { codeSpan } from '../../../shared/kernel/text/code-span.ts';
import { fitText } from '../../../shared/kernel/text/fit-text.ts';
import { createAllowList } from '../../gate/allow-secrets.ts';
import { type JudgedBinding, toChangePolicy } from '../../gate/change-policy.ts';
import { checkChange } from '../../gate/check-change.ts';
import { checkLfs } from '../../gate/check-lfs.ts';
import { formatRefusal, listViolations } from '../../gate/format-refusal.ts';
import { scanNames, scanSecrets } from '../../gate/scan-secrets.ts';
import type { Violation } from '../../gate/violation.ts';
import type { ChangeList } from '../../git/change.ts';
import type { Repository } from '../../git/git.ts';
import { listCommittedChanges } from '../../git/list-committed-changes.ts';
import { type AddedText, countAddedBytes, readAddedText } from '../../git/read-added-text.ts';
import { ALLOW_SECRETS_FILE, readAllowSecrets } from '../../git/read-allow-secrets.ts';
import { readLfsFiles } from '../../git/read-lfs-files.ts';
import { Refusal } from './refusal.ts';

/** A change, and the target branch as it is now. */
export interface JudgedRange {
  from: string;
  to: string;
  targetSha: string;
  /** What files of Git LFS must hold; `bytes` before they are stored. */
  lfs?: 'pointers' | 'bytes';
  /** What a person lets pass for this run. */
  allowed?: readonly AllowedFile[] | undefined;
}

/**
 * The gate between the agent and the push: paths, kinds, amounts and credentials of one commit. A commit cannot change
 * after it was judged, unlike the work tree. Resolves to the paths that change.
 * @throws {Refusal} `change-refused` with the files and the human step.
 */
export async function judgeCommit(
  repository: Repository,
  { from, to, targetSha, lfs = 'pointers', allowed }: JudgedRange,
  binding: Binding,
  signal: AbortSignal,
): Promise<string[]> {
  const list = await listCommittedChanges(repository, from, to, signal);
  judgeChanges(list, binding, allowed);

  const added = await readAddedText(repository, from, to, signal);
  judgeChanges(measureText(list, added), binding, allowed);
  if (lfs === 'pointers') refuse(checkLfs(await readLfsFiles(repository, from, to, signal)));
  const { found, unusable } = await findSecrets(repository, { list, added, targetSha }, signal);
  if (found.length > 0) refuse([...found, ...unusable.map(describeUnusable)]);
  return list.changes.map(({ path }) => path);
}

/**
 * All that the gate has against a commit, where the judgement ends with the first kind of reason. Files of Git LFS are
 * to be pointers.
 */
export async function listAllViolations(
  repository: Repository,
  { from, to, targetSha }: Pick<JudgedRange, 'from' | 'to' | 'targetSha'>,
  binding: JudgedBinding,
  signal: AbortSignal,
): Promise<Violation[]> {
  const list = await listCommittedChanges(repository, from, to, signal);
  const added = await readAddedText(repository, from, to, signal);
  const result = checkChange(measureText(list, added), toChangePolicy(binding));
  const lfs = checkLfs(await readLfsFiles(repository, from, to, signal));
  const { found } = await findSecrets(repository, { list, added, targetSha }, signal);
  return [...(result.kind === 'refused' ? result.violations : []), ...lfs, ...found];
}

/**
 * What looks like a credential in names and new text, outside of what people let pass; and lines that allow nothing.
 */
async function findSecrets(
  repository: Repository,
  { list, added, targetSha }: { list: ChangeList; added: readonly AddedText[]; targetSha: string },
  signal: AbortSignal,
): Promise<{ found: Violation[]; unusable: readonly string[] }> {
  const allowList = createAllowList(await readAllowSecrets(repository, targetSha, signal));
  const judged = <T extends { path: string }>(files: readonly T[]) =>
    files.filter(({ path }) => !allowList.allows(path));
  const named = list.changes.filter(({ kind }) => kind !== 'deleted');
  const found = [...scanNames(judged(named)), ...(await scanSecrets(judged(added)))];
  return { found, unusable: allowList.unusable };
}

/** Beside a finding, because the line may have been meant to allow it. */
function describeUnusable(line: string): Violation {
  const message = `The line ${codeSpan(fitText(line, 100))} allows nothing: write a path or a glob, without ! or ..`;
  return { rule: 'secret', path: ALLOW_SECRETS_FILE, message };
}

/**
 * The part of the gate that reads no file. Asked before a commit is made as well, because git reads what it commits to
 * its end: a sparse file of many gigabytes, or a pipe.
 * @throws {Refusal} `change-refused` with the files and the human step.
 */
export function judgeChanges(changes: ChangeList, binding: JudgedBinding, allowed: readonly AllowedFile[] = []): void {
  const result = checkChange(changes, toChangePolicy(binding, allowed));
  if (result.kind === 'refused') refuse(result.violations);
}

/** The same changes with the amount of text that is new. The size of a binary file counts as a whole. */
function measureText(list: ChangeList, added: readonly AddedText[]): ChangeList {
  const bytes = new Map(added.map((file) => [file.path, countAddedBytes(file)]));
  const changes = list.changes.map((change) => {
    const addedBytes = change.binary ? undefined : bytes.get(change.path);
    return addedBytes === undefined ? change : { ...change, addedBytes };
  });
  return { ...list, changes };
}

/** An agent that made a thousand such files sees by the first hundred what it has done. */
const MAX_FOR_THE_AGENT = 100;

function refuse(violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  const evidence = listViolations(violations, MAX_FOR_THE_AGENT).join('\n');
  throw new Refusal('change-refused', { detail: formatRefusal(violations), evidence });
}
