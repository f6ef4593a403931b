import { retryJob } from '../actions/delivery.ts';
import { DEVELOPER, REPORTER } from '../http/access.ts';
import { notFound } from '../http/api-error.ts';
import { paginate } from '../http/paginate.ts';
import { projectOf } from '../http/read-params.ts';
import type { Route, RouteCall } from '../http/route.ts';
import type { SandboxJob, SandboxPipeline, SandboxProject } from '../state/fake-state.ts';
import { viewJob, viewPipeline } from '../views/views.ts';

/** One pipeline and its jobs (api/pipelines, api/jobs). */
export const pipelineRoutes: Route[] = [
  {
    name: 'GET /projects/:id/pipelines/:pipeline',
    handle(call) {
      const { project, pipeline } = pipelineOf(call);
      return { status: 200, body: viewPipeline(call.state, project, pipeline) };
    },
  },
  {
    name: 'GET /projects/:id/pipelines/:pipeline/jobs',
    handle(call) {
      const { pipeline } = pipelineOf(call);
      const all = call.query.get('include_retried') === 'true';
      return paginate(call, pipeline.jobs.filter(({ retried }) => all || !retried).reverse(), viewJob);
    },
  },
  {
    name: 'GET /projects/:id/pipelines/:pipeline/bridges',
    handle(call) {
      const { project, pipeline } = pipelineOf(call);
      const children = project.pipelines.filter(({ parent }) => parent?.id === pipeline.id);
      return paginate(call, children, (child) => ({
        id: child.id + 1_000_000,
        name: child.parent?.job,
        status: child.status,
        allow_failure: false,
        downstream_pipeline: viewPipeline(call.state, project, child),
      }));
    },
  },
  {
    name: 'GET /projects/:id/pipelines/:pipeline/test_report',
    handle(call) {
      const { failedTests } = pipelineOf(call).pipeline;
      const suites = [...new Set(failedTests.map(({ suite }) => suite))];
      const test_suites = suites.map((name) => ({
        name,
        test_cases: failedTests
          .filter(({ suite }) => suite === name)
          .map((test) => ({ status: 'failed', name: test.name, system_output: test.output })),
      }));
      return { status: 200, body: { total_count: failedTests.length, test_suites } };
    },
  },
  {
    name: 'GET /projects/:id/jobs/:job/trace',
    handle(call) {
      return { status: 200, body: jobOf(call).job.log };
    },
  },
  {
    name: 'POST /projects/:id/jobs/:job/retry',
    handle(call) {
      return { status: 201, body: viewJob(retryJob(call.state, jobOf(call, DEVELOPER), call.user)) };
    },
  },
];

function pipelineOf(call: RouteCall): { project: SandboxProject; pipeline: SandboxPipeline } {
  const project = projectOf(call, REPORTER);
  const pipeline = project.pipelines.find(({ id }) => id === Number(call.params['pipeline']));
  if (!pipeline) throw notFound();
  return { project, pipeline };
}

function jobOf(
  call: RouteCall,
  level = REPORTER,
): { project: SandboxProject; pipeline: SandboxPipeline; job: SandboxJob } {
  const project = projectOf(call, level);
  for (const pipeline of project.pipelines) {
    const job = pipeline.jobs.find(({ id }) => id === Number(call.params['job']));
    if (job) return { project, pipeline, job };
  }
  throw notFound();
}
