import { invalidParameter } from '../http/api-error.ts';
import type { RouteCall } from '../http/route.ts';
import type { SandboxMergeRequest } from '../state/fake-state.ts';

const TIMES = {
  created_at: ({ createdAt }: SandboxMergeRequest) => createdAt,
  updated_at: ({ updatedAt }: SandboxMergeRequest) => updatedAt,
};

/** The merge requests a list's parameters ask for, in the order they ask for. */
export function filterMergeRequests(
  { query, user }: Pick<RouteCall, 'query' | 'user'>,
  all: readonly SandboxMergeRequest[],
  defaultScope: string,
): SandboxMergeRequest[] {
  const scope = query.get('scope') ?? defaultScope;
  const state = query.get('state') ?? 'all';
  const after = readTime(query, 'updated_after') ?? Number.NEGATIVE_INFINITY;
  const before = readTime(query, 'updated_before') ?? Number.POSITIVE_INFINITY;
  const sourceBranch = query.get('source_branch');
  const targetBranch = query.get('target_branch');
  const authorId = query.get('author_id');
  const found = all.filter(
    (candidate) =>
      (scope === 'all' || candidate.author === user) &&
      (state === 'all' || candidate.state === state) &&
      candidate.updatedAt >= after && // "on or after"
      candidate.updatedAt <= before &&
      (authorId === null || candidate.author.id === Number(authorId)) &&
      (sourceBranch === null || candidate.sourceBranch === sourceBranch) &&
      (targetBranch === null || candidate.targetBranch === targetBranch),
  );
  return sort(found, query);
}

function sort(found: SandboxMergeRequest[], query: URLSearchParams): SandboxMergeRequest[] {
  const by = query.get('order_by') ?? 'created_at';
  if (!(by === 'created_at' || by === 'updated_at')) throw invalidParameter('order_by does not have a valid value');
  const direction = query.get('sort') === 'asc' ? 1 : -1;
  const time = TIMES[by];
  return found.sort((a, b) => direction * (time(a) - time(b) || a.id - b.id));
}

function readTime(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw invalidParameter(`${name} is invalid`);
  return at;
}
