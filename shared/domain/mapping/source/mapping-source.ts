import { z } from 'zod';

import { BotPolicy } from '../../audit/policy/bot-policy.ts';
import { PolicySource } from '../../audit/policy/policy-source.ts';
import { Waiver } from '../../audit/policy/waiver.ts';
import { CREDENTIAL_REF } from '../credential-names.ts';
import { BUILT_IN_DEFAULTS as BUILT_IN } from '../defaults.ts';
import {
  branch,
  branchPrefix,
  count,
  fileGlob,
  gitlabLabel,
  glob,
  JIRA_PROJECT_KEY,
  jiraLabel,
  name,
  REPO_PATH,
  username,
} from './field-types.ts';

/** What the gate reads of one file at most. */
const MAX_KB = 24 * 1024;

const Trigger = z
  .union([
    name,
    z
      .strictObject({
        status: name.optional().describe('The status an issue is moved to'),
        assignee: name
          .optional()
          .describe('The Jira account id an issue is assigned to; `cmap jira users NAME` prints it'),
        label: jiraLabel.optional().describe('The label an issue is given'),
      })
      .refine((forms) => Object.keys(forms).length === 1, 'needs exactly one of status, assignee and label')
      .meta({ minProperties: 1, maxProperties: 1 }),
  ])
  .meta({
    description: 'What starts work on an issue: the name of a status, or one of status, assignee, label',
    default: BUILT_IN.trigger.status,
    examples: ['AI Ready', { status: 'AI Ready' }, { label: 'ai' }],
  });

const Askers = z
  .strictObject({
    groups: z.array(name).optional().meta({ description: 'Names of Jira groups', default: [] }),
    roles: z.array(name).optional().meta({ description: 'Names of roles of the Jira project', default: [] }),
  })
  .refine(({ groups = [], roles = [] }) => groups.length + roles.length > 0, 'needs at least one group or role')
  .meta({ minProperties: 1 });

const Statuses = z
  .strictObject({
    in_progress: name.optional().meta({ description: 'Set when work begins', default: BUILT_IN.statuses.inProgress }),
    in_review: name
      .optional()
      .meta({ description: 'Set when the merge request is open', default: BUILT_IN.statuses.inReview }),
    done: name.optional().meta({
      description:
        'Set when the merge request is merged; `off` leaves the issue alone and keeps who merged and approved with the run',
      default: BUILT_IN.statuses.done,
    }),
    stopped: name
      .nullish()
      .describe(
        'Set when the agent ends without a merge request: it has a question, there is nothing to change, or it failed; without it, the issue stays where it is',
      ),
  })
  .describe('Jira statuses, by the names people see');

const MergeRequest = z
  .strictObject({
    labels: z
      .array(gitlabLabel)
      .optional()
      .meta({ description: 'Labels it is given; GitLab makes those that do not exist yet', default: [] }),
    assignee: username.nullish().describe('The GitLab username it is assigned to; without it, none'),
    reviewers: z.array(username).optional().meta({
      description: 'The GitLab usernames asked to review it; the free tier of GitLab keeps only the first',
      default: [],
    }),
  })
  .meta({
    description: 'What a merge request is given when the agent opens it; later changes by people stay',
    examples: [{ labels: ['ai'], assignee: 'ada', reviewers: ['bob'] }],
  });

const Review = z
  .union([
    z.boolean(),
    z.enum(['on', 'off']),
    z.strictObject({
      enabled: z
        .boolean()
        .optional()
        .meta({ description: 'Review merge requests of this repository', default: BUILT_IN.review.enabled }),
      on_push: z
        .boolean()
        .optional()
        .meta({ description: 'Review again when commits are pushed', default: BUILT_IN.review.onPush }),
      paths: z
        .array(fileGlob)
        .optional()
        .meta({ description: 'Review only files that match one of these globs; empty means all', default: [] }),
      skip_labels: z
        .array(gitlabLabel)
        .optional()
        .meta({ description: 'Leave merge requests with one of these labels alone', default: [] }),
      skip_title_words: z
        .array(name)
        .optional()
        .meta({ description: 'Leave merge requests with one of these words in the title alone', default: [] }),
      skip_branches: z
        .array(glob)
        .optional()
        .meta({ description: 'Leave merge requests from branches that match one of these globs alone', default: [] }),
      resolution: z.enum(['suggest', 'resolve', 'off']).optional().meta({
        description: 'What happens to a thread of the agent when the code is fixed and only the agent wrote in it',
        default: BUILT_IN.review.resolution,
      }),
    }),
  ])
  .meta({
    description: 'Which merge requests are reviewed; `on` (or `true`) and `off` (or `false`) switch reviews on and off',
    default: true,
  });

const Budget = z
  .strictObject({
    max_turns: count(10_000)
      .optional()
      .meta({ description: 'Model turns one run may take', default: BUILT_IN.budget.maxTurns }),
    max_tokens: count(1_000_000_000_000)
      .optional()
      .meta({ description: 'Tokens one run may use, in and out together', default: BUILT_IN.budget.maxTokens }),
    max_minutes: count(1_440)
      .optional()
      .meta({ description: 'Minutes one run may last', default: BUILT_IN.budget.maxMinutes }),
    runs_per_day: count(1_000_000)
      .nullish()
      .describe('Runs of this binding per UTC day; later ones wait for the next day'),
    tokens_per_day: count(1_000_000_000_000)
      .nullish()
      .describe(
        'Tokens of this binding per UTC day; a run gets what is left, and with less than a tenth (at most 100,000) it waits for the next day',
      ),
  })
  .describe('What the agent may spend');

const Limits = z
  .strictObject({
    max_files: count(5000)
      .optional()
      .meta({ description: 'Files one change may touch', default: BUILT_IN.limits.maxFiles }),
    max_file_kb: count(MAX_KB)
      .optional()
      .meta({ description: 'Kilobytes of new text in one file', default: BUILT_IN.limits.maxFileKb }),
    max_binary_kb: count(MAX_KB).optional().meta({
      description: 'Kilobytes of a binary file that is added or changed',
      default: BUILT_IN.limits.maxBinaryKb,
    }),
    max_change_kb: count(10 * MAX_KB)
      .optional()
      .meta({ description: 'Kilobytes that are new in all files together', default: BUILT_IN.limits.maxChangeKb }),
    max_deleted_percent: z
      .int()
      .min(0, 'must be a whole number from 0 to 100')
      .max(100, 'must be a whole number from 0 to 100')
      .optional()
      .meta({
        description: 'Share of the files of the repository that may be deleted; ten files always may',
        default: BUILT_IN.limits.maxDeletedPercent,
      }),
  })
  .describe('How much one change of the agent may contain');

const Commit = z
  .strictObject({
    subject: z
      .string()
      .max(100, 'must be at most 100 characters')
      .regex(
        /^[^\p{Cc}]*\{summary\}[^\p{Cc}]*$/u,
        'must be one line with {summary} in it, such as "fix: {key} {summary}"',
      )
      .optional()
      .meta({
        description: 'First line of a commit message; `{key}` is the issue key, `{summary}` what was done',
        default: BUILT_IN.commit.subject,
        examples: ['fix: {key} {summary}'],
      }),
    sign_off: z.boolean().optional().meta({
      description: 'End the message with a Signed-off-by line of the author of the commits',
      default: BUILT_IN.commit.signOff,
    }),
  })
  .describe('How the commits of the agent are written, for projects with rules about it');

const Audit = z.strictObject({
  paths: z.array(fileGlob).optional().meta({
    description:
      'Globs of the part of the repository that is released; a change that touches none of them is counted and not judged. Empty means all of it',
    default: [],
  }),
  ...PolicySource.shape,
});

const sharedFields = {
  target_branch: branch
    .optional()
    .meta({ description: 'The branch merge requests go to', default: BUILT_IN.targetBranch }),
  credential_ref: z
    .string()
    .max(64, 'must be at most 64 characters')
    .regex(CREDENTIAL_REF, 'must be the name of a credential such as platform_team, never the token itself')
    .optional()
    .meta({
      description:
        'The name of the GitLab credential: `platform_team` is the environment variable `GITLAB_TOKEN__PLATFORM_TEAM` or the Key Vault secret `gitlab-token--platform-team`; `default` is `GITLAB_TOKEN`',
      default: BUILT_IN.credentialRef,
    }),
  trigger: Trigger.optional(),
  askers: Askers.nullish().meta({
    description:
      'Who may start work on an issue: members of one of these groups, or people with one of these roles. Without it, every person who may comment on it or move it; customers and apps never start work by a comment',
    examples: [{ groups: ['developers'] }, { roles: ['Developers'] }],
  }),
  statuses: Statuses.optional(),
  reviewer: name
    .nullish()
    .describe(
      'The Jira account id an issue is assigned to when it is in review; without it, the person who started the work',
    ),
  stopped_label: jiraLabel
    .nullish()
    .describe(
      'The Jira label an issue is given when the agent ends without a merge request; the agent takes it off when it begins again',
    ),
  merge_request: MergeRequest.optional(),
  validate: z
    .string()
    .max(10_000, 'must be at most 10000 characters; put the commands into a script of the repository')
    .regex(/\S/, 'must not be empty')
    .nullish()
    .meta({
      description: 'A shell command that must succeed before anything is pushed',
      examples: ['npm ci && npm test'],
    }),
  protected_paths: z
    .array(fileGlob)
    .optional()
    .meta({
      description: 'Globs of paths the agent may not change. A list of your own replaces the built-in one',
      default: [...BUILT_IN.protectedPaths],
    }),
  limits: Limits.optional(),
  commit: Commit.optional(),
  review: Review.optional(),
  model: z
    .string()
    .max(255, 'must be at most 255 characters')
    .regex(/^\S+$/, 'must be a model id without spaces')
    .nullish()
    .describe("The model to use; without it, the deployment's"),
  budget: Budget.optional(),
  branch_prefix: branchPrefix
    .optional()
    .meta({ description: 'The branch of an issue is this, followed by its key', default: BUILT_IN.branchPrefix }),
  max_concurrent_runs: count(10_000)
    .nullish()
    .describe('Runs of this binding at the same time; without it, as many as the deployment allows'),
  audit: Audit.nullish().meta({
    description:
      'How releases of this repository are audited (docs/audit.md); without it, all of it by the built-in rules',
    examples: [{ paths: ['services/shop/**'], approvals: { required: 2 } }],
  }),
};

export const BindingSource = z.strictObject({
  jira_project: z
    .string()
    .regex(JIRA_PROJECT_KEY, 'must be a Jira project key in capitals such as PROJ')
    .meta({ description: 'The key of the Jira project', examples: ['PROJ'] }),
  repo: z
    .string()
    .max(512, 'must be at most 512 characters')
    .regex(REPO_PATH, 'must be the path of a GitLab repository such as group/repo or group/subgroup/repo')
    .meta({ description: 'The path of the GitLab repository, with its groups', examples: ['group/service-a'] }),
  ...sharedFields,
});
export type BindingSource = z.infer<typeof BindingSource>;

export const DefaultsSource = z.strictObject(sharedFields);
export type DefaultsSource = z.infer<typeof DefaultsSource>;

/** What a team writes: most fields are optional, and an unknown one is an error. `Binding` is the resolved form. */
export const MappingSource = z.strictObject({
  owner: name.nullish().describe('Who answers for this file, where a deployment joins several; named in conflicts'),
  defaults: DefaultsSource.nullish().describe('Used by every binding that does not say otherwise'),
  bindings: z
    .array(BindingSource)
    .min(1, 'needs at least one binding')
    .describe('One Jira project and the one GitLab repository its issues are worked on in'),
});
export type MappingSource = z.infer<typeof MappingSource>;

/** The words allowed in each block, by the block's name. */
export const FIELDS_OF_BLOCK: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(MappingSource.shape),
  bindings: Object.keys(BindingSource.shape),
  defaults: Object.keys(DefaultsSource.shape),
  trigger: ['status', 'assignee', 'label'],
  askers: Object.keys(Askers.shape),
  statuses: Object.keys(Statuses.shape),
  review: ['enabled', 'on_push', 'paths', 'skip_labels', 'skip_title_words', 'skip_branches', 'resolution'],
  merge_request: Object.keys(MergeRequest.shape),
  budget: Object.keys(Budget.shape),
  limits: Object.keys(Limits.shape),
  commit: Object.keys(Commit.shape),
  audit: Object.keys(Audit.shape),
  ...fieldsOfPolicy(),
};

function fieldsOfPolicy(): Record<string, readonly string[]> {
  const { approvals, agent_changes, no_code, pipelines } = PolicySource.shape;
  return {
    ...Object.fromEntries(
      Object.entries({ approvals, agent_changes, no_code, pipelines }).map(([block, schema]) => [
        block,
        Object.keys(schema.unwrap().shape),
      ]),
    ),
    bots: Object.keys(BotPolicy.shape),
    waivers: Object.keys(Waiver.shape),
  };
}
