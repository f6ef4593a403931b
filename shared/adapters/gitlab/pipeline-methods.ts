import * as z from 'zod';
import type { FailedTest, Job, Pipeline, Pipelines } from '../../domain/ports/pipelines.ts';
import type { Log } from '../../kernel/log.ts';
import { cutText } from '../../kernel/text/cut-text.ts';
import { toIso } from '../../kernel/to-iso.ts';
import { listOf } from '../http/list-of.ts';
import { parseList, parseResponse } from './api-schemas.ts';
import { orHidden, orUndefined } from './or-undefined.ts';
import type { ApiRequest, Requester } from './requester.ts';

const PAGE_SIZE = 100;
/** A pipeline has at most 500 jobs unless an administrator says otherwise, and one that was retried has more. */
const MAX_PAGES = 10;
const MAX_TESTS = 50;
/**
 * A test may print megabytes, and what is read is looked through for credentials. More than is shown, so that what is
 * cut off there is no half of one.
 */
const MAX_OUTPUT_CHARACTERS = 40_000;
const MAX_NAME_CHARACTERS = 1000;

const PipelineResponse = z
  .object({ id: z.int(), sha: z.string(), ref: z.string().nullish(), status: z.string(), source: z.string().nullish() })
  .transform(({ ref, source, ...rest }): Pipeline => ({ ...rest, ref: ref ?? '', source: source ?? '' }));

/** API_Entities_Ci_Job of GitLab's OpenAPI document. */
const JobResponse = z
  .object({
    id: z.int(),
    name: z.string(),
    stage: z.string().nullish(),
    status: z.string(),
    allow_failure: z.boolean().nullish(),
    failure_reason: z.string().nullish(),
  })
  .transform(
    ({ id, name, stage, status, allow_failure, failure_reason }): Job => ({
      id,
      name,
      stage: stage ?? '',
      status,
      allowFailure: allow_failure ?? false,
      ...(failure_reason ? { failureReason: failure_reason } : {}),
    }),
  );

const BridgeResponse = z.object({
  status: z.string(),
  allow_failure: z.boolean().nullish(),
  downstream_pipeline: z
    .object({ id: z.int(), project_id: z.int().nullish(), status: z.string() })
    .nullish()
    .catch(null),
});

/** https://docs.gitlab.com/api/pipelines/, "Retrieve a test report for a pipeline". */
const TestReportResponse = z.object({
  test_suites: listOf(
    z.object({
      name: z.string().nullish(),
      test_cases: listOf(
        z.object({
          status: z.string().nullish(),
          name: z.string().nullish(),
          /** A text, or an object with the lines of a stack trace. */
          system_output: z.unknown(),
        }),
      ),
    }),
  ),
});

/**
 * Jobs by when they run, from GitLab 15.8 on; its REST API does not tell a job that a person has started from others:
 * https://docs.gitlab.com/api/graphql/reference/#pipelinejobs
 */
const MANUAL_JOBS = `query ($project: ID!, $pipeline: CiPipelineID!) {
  projects(ids: [$project]) {
    nodes { pipeline(id: $pipeline) { jobs(whenExecuted: ["manual"], first: 100) { nodes { id } pageInfo { hasNextPage } } } }
  }
}`;

/** `gid://gitlab/Ci::Build/812` */
const JobGid = z
  .string()
  .regex(/\/\d+$/)
  .transform((gid) => Number(gid.slice(gid.lastIndexOf('/') + 1)));

/**
 * All of them or nothing: a job that is missing here would be started again. So an item that cannot be read, a further
 * page and the `errors` of a GitLab that does not know the question are no answer.
 */
const ManualJobsResponse = z.object({
  errors: z.array(z.unknown()).max(0).optional(),
  data: z.object({
    projects: z.object({
      nodes: z.tuple([
        z.object({
          pipeline: z.object({
            jobs: z.object({
              nodes: z.array(z.object({ id: JobGid })),
              pageInfo: z.object({ hasNextPage: z.literal(false) }),
            }),
          }),
        }),
      ]),
    }),
  }),
});

/** The part of `GitLab` about pipelines (https://docs.gitlab.com/api/pipelines/ and /jobs/). */
export function createPipelineMethods(request: Requester, log: Log): Pipelines {
  async function listAll(path: string, query: NonNullable<ApiRequest['query']>): Promise<unknown[]> {
    const all: unknown[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const { body } = await request({ method: 'GET', path, query: { ...query, per_page: PAGE_SIZE, page } });
      const items = parseResponse(z.array(z.unknown()), body, path);
      all.push(...items);
      if (items.length < PAGE_SIZE) break;
    }
    return all;
  }
  const read = async (ask: Omit<ApiRequest, 'method'>) => (await request({ method: 'GET', ...ask })).body;

  async function listEnded(projectId: number, status: string, updatedAfter: number): Promise<Pipeline[]> {
    const query = { status, updated_after: toIso(updatedAfter), order_by: 'updated_at', sort: 'asc' };
    const body = await listAll(`projects/${projectId}/pipelines`, query);
    const found = parseList(PipelineResponse, body, { what: 'pipelines', log });
    return found.filter(({ source }) => source !== 'parent_pipeline');
  }

  return {
    listFailedPipelines: (projectId, { updatedAfter }) => listEnded(projectId, 'failed', updatedAfter),
    listPassedPipelines: (projectId, { updatedAfter }) => listEnded(projectId, 'success', updatedAfter),

    async findPipeline(projectId, pipelineId) {
      const body = await orUndefined(read({ path: `projects/${projectId}/pipelines/${pipelineId}` }));
      return body === undefined ? undefined : parseResponse(PipelineResponse, body, 'a pipeline');
    },

    async listJobs(projectId, pipelineId) {
      const query = { include_retried: true };
      const body = await listAll(`projects/${projectId}/pipelines/${pipelineId}/jobs`, query);
      return parseList(JobResponse, body, { what: 'jobs', log });
    },

    async findManualJobs(projectId, pipelineId) {
      const variables = {
        project: `gid://gitlab/Project/${projectId}`,
        pipeline: `gid://gitlab/Ci::Pipeline/${pipelineId}`,
      };
      const body = { query: MANUAL_JOBS, variables };
      const answer = await orHidden(request({ method: 'POST', path: 'graphql', body }).then((found) => found.body));
      const known = ManualJobsResponse.safeParse(answer);
      if (!known.success) return undefined;
      return new Set(known.data.data.projects.nodes[0].pipeline.jobs.nodes.map(({ id }) => id));
    },

    async listFailedChildren(projectId, pipelineId) {
      const body = await orHidden(listAll(`projects/${projectId}/pipelines/${pipelineId}/bridges`, {}));
      const bridges = parseList(BridgeResponse, body ?? [], { what: 'bridges', log });
      return bridges.flatMap(({ status, allow_failure, downstream_pipeline: child }) =>
        status === 'failed' && !allow_failure && child?.status === 'failed' && child.project_id === projectId
          ? [child.id]
          : [],
      );
    },

    async retryJob(projectId, jobId) {
      await request({ method: 'POST', path: `projects/${projectId}/jobs/${jobId}/retry` });
    },

    async readJobLog(projectId, jobId, { tailBytes }) {
      const body = await orHidden(read({ path: `projects/${projectId}/jobs/${jobId}/trace`, tailBytes }));
      return typeof body === 'string' ? body : '';
    },

    async listFailedTests(projectId, pipelineId) {
      const body = await orHidden(read({ path: `projects/${projectId}/pipelines/${pipelineId}/test_report` }));
      const report = TestReportResponse.safeParse(body);
      if (!report.success) return [];
      const suites = report.data.test_suites.flatMap(({ name: suite, test_cases }) =>
        test_cases.map((test) => ({ suite: suite ?? '', ...test })),
      );
      const failed = suites.filter(({ status }) => status === 'failed' || status === 'error');
      return failed.slice(0, MAX_TESTS).map(toFailedTest);
    },
  };
}

function toFailedTest(test: { suite: string; name?: string | null | undefined; system_output?: unknown }): FailedTest {
  const { suite, name, system_output: output } = test;
  const text = typeof output === 'string' ? output : output == null ? '' : JSON.stringify(output);
  return {
    suite: cutText(suite, MAX_NAME_CHARACTERS),
    name: cutText(name ?? '', MAX_NAME_CHARACTERS),
    output: cutText(text, MAX_OUTPUT_CHARACTERS),
  };
}
