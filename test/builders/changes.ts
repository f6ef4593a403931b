import { type ChangePolicy, toChangePolicy } from '../../runner-container/gate/change-policy.ts';
import type { Change, ChangeList } from '../../runner-container/git/change.ts';
import { BUILT_IN_DEFAULTS } from '../../shared/domain/mapping/defaults.ts';

/** The rules of a binding that sets none but, maybe, what is protected. */
export function aChangePolicy(protectedPaths: readonly string[] = []): ChangePolicy {
  return toChangePolicy({ limits: BUILT_IN_DEFAULTS.limits, protectedPaths: [...protectedPaths] });
}

/** Those rules, and the part of the repository that may be changed. */
export function aFencedPolicy(...paths: string[]): ChangePolicy {
  return { ...aChangePolicy(), paths };
}

export function aChange(values: Partial<Change> = {}): Change {
  return { path: 'src/a.ts', kind: 'modified', entry: 'file', sizeBytes: 10, binary: false, ...values };
}

export function aChangeList(changes: Partial<Change>[], values: Partial<ChangeList> = {}): ChangeList {
  return {
    changes: changes.map((change) => aChange(change)),
    truncated: false,
    pathsBefore: ['README.md', 'src/a.ts', 'src/b.ts'],
    ...values,
  };
}
