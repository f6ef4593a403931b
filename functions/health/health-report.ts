import * as z from 'zod/mini';

const Poller = z.strictObject({
  name: z.string(),
  /** `null`: it has not succeeded yet. */
  secondsSinceSuccess: z.nullable(z.int()),
  failures: z.int(),
  code: z.optional(z.string()),
  backOffSeconds: z.optional(z.int()),
  watermarkAgeSeconds: z.optional(z.int()),
  /** Projects Jira refuses to search, repositories GitLab refuses to list; their number without the admin secret. */
  refused: z.optional(z.union([z.array(z.string()), z.int()])),
  /** So many more than `refused` names, which has no room for thousands. */
  moreRefused: z.optional(z.int()),
  stalled: z.boolean(),
  late: z.boolean(),
});

const common = {
  status: z.enum(['ok', 'degraded', 'down']),
  /** Why it is not `ok`, one sentence each. Names of projects, credentials and settings only with the admin secret. */
  reasons: z.array(z.string()),
  /** `null` here and below: not known, because storage, map or settings cannot be used. */
  generation: z.nullable(z.int()),
  pollers: z.array(Poller),
  sweeper: z.nullable(z.strictObject({ secondsSinceSuccess: z.nullable(z.int()), late: z.boolean() })),
  queue: z.nullable(
    z.strictObject({
      count: z.int(),
      oldestSeconds: z.int(),
      poison: z.int(),
      parked: z.int(),
      running: z.int(),
      /** What waits for the runners of each image; absent where there is but the default one. */
      byImage: z.optional(z.array(z.strictObject({ image: z.string(), count: z.int(), oldestSeconds: z.int() }))),
    }),
  ),
};

/** What `GET /api/health` answers, in every state. */
export const HealthSummary = z.strictObject({
  ...common,
  bindings: z.nullable(z.strictObject({ ready: z.int(), quarantined: z.int() })),
});
export type HealthSummary = z.infer<typeof HealthSummary>;

/** What it answers to a request with the admin secret, in every state: names instead of counts, and the credentials. */
export const HealthReport = z.strictObject({
  ...common,
  bindings: z.nullable(
    z.array(
      z.strictObject({
        /** Absent: the repository alone is bound. */
        jiraProject: z.optional(z.string()),
        route: z.optional(z.string()),
        repo: z.string(),
        targetBranch: z.string(),
        credentialRef: z.string(),
        state: z.enum(['pending', 'ready', 'quarantined']),
        projectId: z.optional(z.int()),
        quarantine: z.optional(
          z.strictObject({
            reason: z.string(),
            code: z.optional(z.string()),
            status: z.optional(z.int()),
            hint: z.string(),
            since: z.number(),
            retryAt: z.number(),
          }),
        ),
      }),
    ),
  ),
  credentials: z.nullable(
    z.array(
      z.strictObject({
        alias: z.string(),
        source: z.enum(['environment', 'key-vault']),
        name: z.string(),
        problem: z.optional(z.string()),
        tokenName: z.optional(z.string()),
        scopes: z.optional(z.array(z.string())),
        expiresAt: z.optional(z.string()),
        expiresInDays: z.optional(z.int()),
      }),
    ),
  ),
});
export type HealthReport = z.infer<typeof HealthReport>;
