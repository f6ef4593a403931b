import type { Binding } from './binding.ts';

/** Reviewers of a merge request at most, where the binding has them found and names no number. */
export const DEFAULT_REVIEWERS = 3;

/** What a binding gets for every field that neither it nor `defaults` names. */
export const BUILT_IN_DEFAULTS = {
  targetBranch: 'main',
  mode: 'live',
  credentialRef: 'default',
  trigger: { kind: 'status', status: 'AI Ready' },
  statuses: { inProgress: 'In Progress', inReview: 'In Review', done: 'Done' },
  plan: 'off',
  mergeRequest: { labels: [], reviewers: [] },
  repairRounds: 2,
  refusedWork: 'patch',
  allowRefused: 'maintainer',
  mergeTarget: 'off',
  repairPipelines: 'off',
  // What decides who may merge and what runs on a merge request: a person changes these.
  protectedPaths: [
    '.gitlab-ci.yml',
    '**/*.gitlab-ci.yml',
    '.gitlab/**',
    '**/CODEOWNERS',
    '**/.gitattributes',
    '.gitmodules',
    '.lfsconfig',
    '.githooks/**',
    '.husky/**',
    'lefthook.{yml,yaml}',
    '.pre-commit-config.yaml',
  ],
  limits: { maxFiles: 300, maxFileKb: 1024, maxBinaryKb: 512, maxChangeKb: 10_240, maxDeletedPercent: 50 },
  commit: { subject: '{key}: {summary}', signOff: false },
  review: {
    enabled: true,
    onPush: true,
    paths: [],
    skipLabels: [],
    skipTitleWords: [],
    skipBranches: [],
    resolution: 'suggest',
    minSeverity: 'nit',
    status: 'off',
    bots: {
      mergeRequests: 'skip',
      dependencyUpdates: 'skip',
      authors: [],
      // As Renovate and Dependabot name them.
      dependencyBranches: ['renovate/**', 'dependabot/**'],
      dependencyLabels: ['dependencies'],
    },
  },
  ticketFields: [],
  // An image counts some 1,500 tokens in every model call of a session, and endpoints refuse larger files.
  attachments: { maxFiles: 5, maxFileKb: 2048 },
  skills: 'off',
  budget: { maxTurns: 80, maxTokens: 2_000_000, maxMinutes: 30 },
  branchPrefix: 'agent/',
} as const satisfies ReadonlyDefaults;

type ReadonlyDefaults = DeepReadonly<Omit<Binding, 'jiraProject' | 'repo' | 'route'>>;
type DeepReadonly<T> = { readonly [Key in keyof T]: DeepReadonly<T[Key]> };
