import * as z from 'zod';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { DEVELOPER } from '../http/access.ts';
import { ApiError, badRequest, notFound } from '../http/api-error.ts';
import { paginate } from '../http/paginate.ts';
import { readParams } from '../http/read-params.ts';
import type { Route } from '../http/route.ts';
import type { FakeState, SandboxCommitStatus, SandboxProject } from '../state/fake-state.ts';
import { viewUser } from '../views/views.ts';
import { commitOf } from './commits.ts';

const NewStatus = z.object({
  state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
  ref: z.string().optional(),
  name: z.string().optional(),
  context: z.string().optional(),
  target_url: z.string().optional(),
  description: z.string().optional(),
});

/** What programs say about commits (api/commits, commit status). */
export const commitStatusRoutes: Route[] = [
  {
    name: 'GET /projects/:id/repository/commits/:sha/statuses',
    async handle(call) {
      const { project, sha } = await commitOf(call);
      const name = call.query.get('name');
      const found = project.commitStatuses.filter(
        (status) => status.sha === sha && (name ?? status.name) === status.name,
      );
      const shown = call.query.get('all') === 'true' ? found : found.filter((status) => isLatest(status, found));
      return paginate(call, shown, (status) => view(call.state, status));
    },
  },
  {
    name: 'POST /projects/:id/statuses/:sha',
    async handle(call) {
      const { project, sha } = await commitOf(call, DEVELOPER);
      const {
        state,
        name,
        context,
        description = null,
        target_url: targetUrl = null,
        ...given
      } = readParams(NewStatus, call);
      const ref = given.ref ?? [...project.repository.branches].find(([, head]) => head === sha)?.[0];
      if (ref === undefined) throw notFound('References for commit');
      checkLengths({ description, target_url: targetUrl });
      const about = { sha, ref, name: name ?? context ?? 'default' };
      const open = findOpen(project, about);
      // The state machine of a job: from one state to the same one there is no way.
      if (open && open.status === state)
        throw badRequest(
          `Cannot transition status via :${EVENTS[state]} from :${state} (Reason(s): Status cannot transition)`,
        );
      const status = open ?? {
        ...about,
        id: call.state.nextId(),
        author: call.user,
        createdAt: call.state.clock.now(),
      };
      const set: SandboxCommitStatus = Object.assign(status, { status: state, description, targetUrl });
      if (!open) project.commitStatuses.push(set);
      return { status: 201, body: view(call.state, set) };
    },
  },
];

const EVENTS = {
  pending: 'enqueue',
  running: 'run',
  success: 'success',
  failed: 'drop',
  canceled: 'cancel',
  skipped: 'skip',
};

type About = Pick<SandboxCommitStatus, 'sha' | 'ref' | 'name'>;

/** Only one that is not over is changed; after its end a new one begins. */
function findOpen({ commitStatuses }: SandboxProject, { sha, ref, name }: About): SandboxCommitStatus | undefined {
  return commitStatuses.findLast(
    (status) =>
      status.sha === sha &&
      status.ref === ref &&
      status.name === name &&
      ['pending', 'running'].includes(status.status),
  );
}

function isLatest({ id, name, ref }: SandboxCommitStatus, all: readonly SandboxCommitStatus[]): boolean {
  return all.findLast((other) => other.name === name && other.ref === ref)?.id === id;
}

/** @throws {ApiError} 400, as the model's validation says it */
function checkLengths(texts: Record<string, string | null>): void {
  for (const [field, text] of Object.entries(texts))
    if (text !== null && text.length > 255)
      throw new ApiError(400, { message: { [field]: ['is too long (maximum is 255 characters)'] } });
}

function view(
  state: FakeState,
  { id, sha, ref, name, status, description, targetUrl, author, createdAt }: SandboxCommitStatus,
) {
  return {
    id,
    sha,
    ref,
    status,
    name,
    target_url: targetUrl,
    description,
    created_at: toIso(createdAt),
    started_at: null,
    finished_at: null,
    allow_failure: false,
    coverage: null,
    author: viewUser(state, author),
  };
}
