import { toIso } from '../../../shared/kernel/to-iso.ts';
import { REPORTER } from '../http/access.ts';
import { ApiError, invalidParameter } from '../http/api-error.ts';
import { paginate } from '../http/paginate.ts';
import { projectOf } from '../http/read-params.ts';
import type { Route } from '../http/route.ts';
import type { FakeState, SandboxDeployment } from '../state/fake-state.ts';
import { viewPipeline, viewUser } from '../views/views.ts';

/** Pipelines and deployments of a project. */
export const deliveryRoutes: Route[] = [
  {
    name: 'GET /projects/:id/pipelines',
    handle(call) {
      const project = projectOf(call, REPORTER);
      const { query } = call;
      const after = timeOf(query, 'updated_after');
      const found = project.pipelines.filter(
        ({ ref, sha, source, status, updatedAt }) =>
          is(query, 'ref', ref) &&
          is(query, 'sha', sha) &&
          is(query, 'source', source) &&
          is(query, 'status', status) &&
          updatedAt >= after,
      );
      return paginate(call, found.reverse(), (pipeline) => viewPipeline(call.state, project, pipeline));
    },
  },
  {
    name: 'GET /projects/:id/deployments',
    handle(call) {
      const project = projectOf(call, REPORTER);
      const { query } = call;
      if (query.has('updated_after') && query.get('order_by') !== 'updated_at') {
        throw new ApiError(400, {
          message: '400 Bad request - `updated_at` filter and `updated_at` sorting must be paired',
        });
      }
      const after = timeOf(query, 'updated_after');
      const found = project.deployments.filter(
        ({ environment, status, createdAt }) =>
          is(query, 'environment', environment) && is(query, 'status', status) && createdAt >= after,
      );
      const sorted = query.get('sort') === 'desc' ? found.reverse() : found;
      return paginate(call, sorted, (deployment) => viewDeployment(call.state, deployment));
    },
  },
];

function is(query: URLSearchParams, name: string, value: string): boolean {
  return !query.has(name) || query.get(name) === value;
}

function timeOf(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null) return Number.NEGATIVE_INFINITY;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw invalidParameter(`${name} is invalid`);
  return at;
}

function viewDeployment(state: FakeState, { user, environment, createdAt, ...rest }: SandboxDeployment) {
  return {
    ...rest,
    iid: rest.id,
    created_at: toIso(createdAt),
    updated_at: toIso(createdAt),
    user: viewUser(state, user),
    environment: { id: 1, name: environment, slug: environment, external_url: null },
    deployable: null,
  };
}
