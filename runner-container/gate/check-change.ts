import { posix } from 'node:path';

import { createPathFence } from '../../shared/domain/paths/create-path-fence.ts';
import { createPathMatcher } from '../../shared/domain/paths/create-path-matcher.ts';
import { foldPath, namesGitDirectory } from '../../shared/domain/paths/fold-path.ts';
import { type Change, type ChangeList, NO_CONTENT } from '../git/change.ts';
import { type ChangePolicy, isOwnPath } from './change-policy.ts';
import { checkAmount } from './check-amount.ts';
import { checkCollisions } from './check-collisions.ts';
import { isAllowed } from './is-allowed.ts';
import { formatBytes, measureAdded } from './measure-added.ts';
import { type GateResult, toResult, type Violation } from './violation.ts';

/**
 * Judges a change by its paths, kinds and sizes; contents are for `scanSecrets`. Every problem is listed. A change that
 * could not be listed to its end is refused.
 */
export function checkChange(list: ChangeList, policy: ChangePolicy): GateResult {
  const findProtection = createPathMatcher(policy.protectedPaths);
  const isInside = createPathFence(policy.paths);
  const violations = list.changes.flatMap((change) => [
    ...checkNames(change, findProtection, policy),
    ...checkFence(change, isInside),
    ...checkEntry(change),
    ...checkSize(change, policy),
  ]);
  const refused = violations.filter((violation) => !isAllowed(violation, policy.allowed));
  return toResult([...refused, ...checkCollisions(list), ...checkAmount(list, policy)]);
}

/** Both names of a renamed file count: moving a protected file away is a change of it. */
function checkNames(
  change: Change,
  findProtection: (path: string) => string | undefined,
  { allowed }: Pick<ChangePolicy, 'allowed'>,
): Violation[] {
  const paths = change.oldPath === undefined ? [change.path] : [change.oldPath, change.path];
  return paths.flatMap((path): Violation[] => {
    if (namesGitDirectory(path)) return [{ rule: 'git-directory', path, message: 'Names a git directory.' }];
    const pattern = findProtection(path);
    const protection = pattern === undefined ? undefined : describeProtection(change, path, pattern);
    if (protection && !isAllowed(protection, allowed)) return [protection];
    // git is given names as text: this one would stay where it is.
    if (path.includes('\ufffd') && (change.kind === 'deleted' || path !== change.path))
      return [{ rule: 'path-name', path, message: 'Has a name that is not UTF-8: only people rename or delete it.' }];
    if (change.kind !== 'deleted' && path === change.path && !isPortableName(path)) {
      return [
        { rule: 'path-name', path, message: 'Has control characters, a backslash or broken Unicode in its name.' },
      ];
    }
    return [];
  });
}

function describeProtection(change: Change, path: string, pattern: string): Violation {
  const final = isOwnPath(path) ? { isFinal: true as const } : {};
  const content = path === change.path ? change.content : change.content && NO_CONTENT;
  return {
    rule: 'protected-path',
    path,
    message: `Is protected by "${pattern}".`,
    ...(content === undefined ? {} : { content }),
    ...final,
  };
}

/**
 * Both names of a renamed file count, and what a link leads to: nothing is taken out of the rest of the repository, put
 * there, or reached there through a name inside.
 */
function checkFence({ path, oldPath, entry, linkTarget }: Change, isInside: (path: string) => boolean): Violation[] {
  const outside = [...(oldPath === undefined ? [] : [oldPath]), path].filter((name) => !isInside(name));
  const violations = outside.map(
    (name): Violation => ({ rule: 'outside-paths', path: name, message: 'Lies outside the `paths` of the binding.' }),
  );
  if (violations.length > 0 || entry !== 'symlink') return violations;
  const target = posix.join(posix.dirname(path), linkTarget ?? '').replace(/\/+$/, '');
  if (isInside(target)) return [];
  return [{ rule: 'outside-paths', path, message: 'Is a link to a place outside the `paths` of the binding.' }];
}

function isPortableName(path: string): boolean {
  return !/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffd\\]/u.test(path) && path.split('/').every((part) => part !== '..');
}

function checkEntry({ path, entry, linkTarget }: Change): Violation[] {
  switch (entry) {
    case 'submodule':
      return [{ rule: 'submodule', path, message: 'Is a repository of its own; only people add or move submodules.' }];
    case 'other':
      return [{ rule: 'special-file', path, message: 'Is neither a file nor a link.' }];
    case 'symlink':
      if (foldPath(path.slice(path.lastIndexOf('/') + 1)) === '.gitmodules')
        return [{ rule: 'special-file', path, message: 'Is a link, where git takes only a file.' }];
      return staysInside(path, linkTarget ?? '')
        ? []
        : [{ rule: 'link-leaves-repository', path, message: 'Is a link that could lead out of the repository.' }];
    case 'file':
    case 'executable':
    case 'none':
      return [];
  }
}

/**
 * `..` is allowed at the front only, and no more often than the link lies deep. Further on, it could follow another
 * link and count from somewhere else.
 */
function staysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\\') || target.includes('\0')) return false;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const climbs = parts.findIndex((part) => part !== '..');
  const up = climbs === -1 ? parts.length : climbs;
  return up < path.split('/').length && !parts.slice(up).includes('..') && !namesGitDirectory(target);
}

function checkSize(change: Change, policy: ChangePolicy): Violation[] {
  const { path, sizeBytes, binary } = change;
  const addedBytes = measureAdded(change);
  if (change.addedBytes === 0) return [];
  if (sizeBytes > policy.maxReadableBytes) {
    const limit = formatBytes(policy.maxReadableBytes);
    const message = `Is larger than ${limit}, too large to be looked through.`;
    return [{ rule: 'file-too-large', path, message, isFinal: true }];
  }
  if (binary && addedBytes > policy.maxBinaryBytes) {
    const limit = formatBytes(policy.maxBinaryBytes);
    return [{ rule: 'binary-too-large', path, message: `Is a binary file larger than ${limit}.` }];
  }
  if (!binary && addedBytes > policy.maxFileBytes) {
    return [
      { rule: 'file-too-large', path, message: `Has more than ${formatBytes(policy.maxFileBytes)} of new text.` },
    ];
  }
  return [];
}
