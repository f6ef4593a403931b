import * as z from 'zod';

import { BotPolicy } from '../../audit/policy/bot-policy.ts';
import { PolicySource } from '../../audit/policy/policy-source.ts';
import { Waiver } from '../../audit/policy/waiver.ts';
import { hasOtherUse, TOKEN_SOURCE } from '../credential-names.ts';
import { BUILT_IN_DEFAULTS as BUILT_IN } from '../defaults.ts';
import { WITHOUT_JIRA } from '../runtime-mapping.ts';
import {
  branch,
  branchPrefix,
  count,
  fileGlob,
  issueKey,
  JIRA_PROJECT_KEY,
  jiraLabel,
  name,
  REPO_PATH,
  runnerImage,
  wholeNumber,
} from './field-types.ts';
import {
  Askers,
  Attachments,
  Budget,
  Commit,
  Events,
  FoundReviewers,
  Instructions,
  Limits,
  MergeRequest,
  Model,
  Models,
  ModelsByLabel,
  Review,
  RouteField,
  RouteWhen,
  Statuses,
  Trigger,
  TypeWords,
  ValidateEnv,
} from './mapping-blocks.ts';
import { McpServers } from './mcp-block.ts';

const Audit = z.strictObject({
  paths: z.array(fileGlob).optional().meta({
    description:
      'Globs, as in `protected_paths`, of the part of the repository that is released; a change that touches none of them is counted and not judged. Empty means all of it',
    default: [],
  }),
  ...PolicySource.shape,
});

const MAX_TICKET_FIELDS = 20;
const MAX_REPAIR_ROUNDS = 10;

const repo = z
  .string()
  .max(512, 'must be at most 512 characters')
  .regex(REPO_PATH, 'must be the path of a GitLab repository such as group/repo or group/subgroup/repo');

const credentialRef = z
  .string()
  .max(64, 'must be at most 64 characters')
  .regex(
    /^(?!(?!env:|keyvault:)[A-Za-z]+:)/,
    'has a prefix that is no source of a token; write env:NAME, keyvault:NAME or the name of a credential such as platform_team',
  )
  .regex(
    TOKEN_SOURCE,
    'must be the name of a credential such as platform_team, or env:NAME or keyvault:NAME, never the token itself',
  )
  .refine((ref) => !hasOtherUse(ref), 'names a secret of another use; it would be sent to GitLab as a token');

const validate = z
  .string()
  .max(10_000, 'must be at most 10000 characters; put the commands into a script of the repository')
  .regex(/\S/, 'must not be empty')
  .regex(/^(?!\s*(?:no|off|none)\s*$)/i, 'is no command; leave the line out where nothing is to be checked');

const MAX_ROUTES = 100;

/** Where some of the issues of a project go. What it leaves out is as its binding has it. */
export const RouteSource = z.strictObject({
  name: z
    .string()
    .max(50, 'must be at most 50 characters')
    .regex(/^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$/, 'must be a short name in lower case such as web or shop-api')
    .describe('Its name, by which tickets, logs and `cmap` speak of it'),
  when: RouteWhen.describe(
    'Which issues it takes: those that have all of this. Names are compared as Jira shows them, in any case',
  ),
  repo: repo.describe('The path of the GitLab repository'),
  target_branch: branch.optional().describe('The branch merge requests go to'),
  credential_ref: credentialRef.optional().describe('The name of the GitLab credential, or env:NAME or keyvault:NAME'),
  reviewer: name.nullish().describe('The Jira account id an issue is assigned to when it is in review'),
  validate: validate.nullish().describe('The command that must succeed before anything is pushed'),
  image: runnerImage.nullish().describe('The runner image that has the tools of this repository'),
  paths: z.array(fileGlob).nullish().describe('The part of the repository the agent may change'),
});
export type RouteSource = z.infer<typeof RouteSource>;

const versionBranch = branch.regex(/\{version\}/, 'must have {version} in it, such as release/{version}');

/** Where merged changes are taken over to, and what becomes of those that conflict there. */
const BackPorts = z.strictObject({
  branch: versionBranch.meta({ description: 'The branch of a fix version', examples: ['release/{version}'] }),
  resolve_conflicts: z.boolean().optional().meta({
    description:
      'Whether the agent resolves a conflict of the change with that branch, once, before its merge request is opened; else the issue has the command to do it by hand',
    default: false,
  }),
});

const sharedFields = {
  target_branch: branch.optional().meta({
    description: 'The branch merge requests go to; `{version}` in it is the fix version of the issue (docs/routing.md)',
    default: BUILT_IN.targetBranch,
    examples: ['release/{version}'],
  }),
  back_ports: z
    .union([versionBranch, BackPorts, z.null()])
    .optional()
    .meta({
      description:
        'The branch of a fix version. When a merge request of the agent was merged, it opens one to the branch of each fix version of the issue that is there, with the same change (docs/routing.md). Not beside a `target_branch` with `{version}`',
      examples: ['release/{version}', { branch: 'release/{version}', resolve_conflicts: true }],
    }),
  credential_ref: credentialRef.optional().meta({
    description:
      'The name of the GitLab credential: `platform_team` is the environment variable `GITLAB_TOKEN__PLATFORM_TEAM` or the Key Vault secret `gitlab-token--platform-team`; `default` is `GITLAB_TOKEN`. `env:TEAM_A_PAT` and `keyvault:team-a-pat` name a variable or secret of another name (docs/tokens.md)',
    default: BUILT_IN.credentialRef,
  }),
  mode: z.enum(['live', 'shadow', 'shadow-board']).optional().meta({
    description:
      'Whether the agent delivers its work: with `shadow` it does all of it, pushes nothing and moves no issue, and its patch hangs on the issue for people to judge; with `shadow-board` it stands on the board alone (docs/trying.md)',
    default: BUILT_IN.mode,
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
  needs_answer_label: jiraLabel
    .nullish()
    .describe(
      'The Jira label in place of `stopped_label` when the agent has a question; the answer is taken as with `statuses.needs_answer`',
    ),
  plan: z.enum(['ask', 'show', 'off']).optional().meta({
    description:
      'Whether the agent makes a plan before it changes anything: `ask` writes it on the issue and waits until a person who may ask approves it, `show` writes it there and goes on at once (docs/plan-first.md)',
    default: BUILT_IN.plan,
  }),
  plan_label: jiraLabel
    .nullish()
    .describe('The Jira label of an issue that is to be planned first as with `plan: ask`, where `plan` says less'),
  merge_request: MergeRequest.optional(),
  validate: validate.nullish().meta({
    description:
      'A shell command that must succeed before anything is pushed; of several lines each one, as with `sh -e`. It sees the files that would be pushed and no git repository: no history, pointers in place of files of Git LFS, empty directories of submodules',
    examples: ['npm ci && npm test'],
  }),
  validate_env: ValidateEnv.nullish().meta({
    description:
      'Variables of the `validate` command: text, or `{ secret_ref: npm_read }` for the environment variable `VALIDATE_SECRET__NPM_READ` or the Key Vault secret `validate-secret--npm-read`. The agent is not given them, but the code it wrote runs with them (docs/security.md). A secret that is short or an ordinary word, such as `postgres`, is masked in the output of the command and nowhere else',
    examples: [{ CI: 'true', NPM_TOKEN: { secret_ref: 'npm_read' } }],
  }),
  mcp_servers: McpServers.nullish().meta({
    description:
      'Servers of the Model Context Protocol whose tools the agent may use, by name: a program of the runner image, or an address. Nothing in a repository adds one. Secrets are named and never written here; fields and secrets are in docs/mcp-servers.md, what the agent could still see in docs/security.md. One that does not start, or is silent for a minute or two, ends the run and is named on the ticket',
    examples: [
      {
        wiki: {
          command: 'wiki-mcp',
          args: ['--read-only'],
          env: { WIKI_TOKEN: { secret_ref: 'wiki_read' } },
          tools: ['search_pages'],
          for: ['coding'],
        },
      },
    ],
  }),
  image: runnerImage.nullish().meta({
    description:
      'The runner image that has the tools of this repository, by the name it has in `runner_images` of the deployment; without it, the image of every deployment, which has Node.js',
    examples: ['python'],
  }),
  repair_rounds: wholeNumber(0, MAX_REPAIR_ROUNDS).optional().meta({
    description:
      'How often a coding run gives a change back to the agent that `validate` or the rules for changes refuse, or that conflicts with commits of others; all of it within `budget`. 0 ends the run at once',
    default: BUILT_IN.repairRounds,
  }),
  refused_work: z.enum(['patch', 'branch', 'drop']).optional().meta({
    description:
      'Where a coding run keeps work that is refused to its end: as a `patch` on the ticket, on a `branch` of its own beside the one of the ticket where what was refused may lie in GitLab, or nowhere (docs/refused-work.md)',
    default: BUILT_IN.refusedWork,
  }),
  allow_refused: z.enum(['maintainer', 'off']).optional().meta({
    description:
      'Who may let refused files pass once with `/copilot allow PATH`: a person with at least the role Maintainer in the GitLab project, or no person',
    default: BUILT_IN.allowRefused,
  }),
  merge_target: z.enum(['on', 'off']).optional().meta({
    description:
      'Whether the agent merges the target branch into its own branch: on rework, on `/copilot rebase`, and when GitLab says that its merge request has conflicts. Conflicts go to the agent once; nothing is ever forced',
    default: BUILT_IN.mergeTarget,
  }),
  repair_pipelines: z.enum(['on', 'off']).optional().meta({
    description:
      'Whether a failed pipeline of a merge request of the agent goes to the agent: its failed jobs are retried once (manual ones never, and none where GitLab before 15.8 does not say which are), then the ends of their logs are given to it, at most twice in a row. CI files stay protected, also where `protected_paths` leaves them out. `cmap webhook install` adds the event',
    default: BUILT_IN.repairPipelines,
  }),
  protected_paths: z
    .array(fileGlob)
    .optional()
    .meta({
      description:
        'Globs of paths the agent may not change: `/infra` is the one at the top with all in it, `infra` and `*.tf` are in any folder. A list of your own replaces the built-in one',
      default: [...BUILT_IN.protectedPaths],
    }),
  limits: Limits.optional(),
  commit: Commit.optional(),
  review: Review.optional(),
  ticket_fields: z
    .array(name)
    .max(MAX_TICKET_FIELDS, `must be at most ${MAX_TICKET_FIELDS} fields`)
    .optional()
    .meta({
      description:
        'Fields of the issue that agents are shown besides those every issue has, by name or by id. Ids spare Jira the answer with all fields',
      default: [],
      examples: [['Environment', 'customfield_10010']],
    }),
  acceptance_criteria_field: name.nullish().meta({
    description:
      'The field that holds the acceptance criteria, by name or by id; without it, or where it is empty, they are looked for in the description',
    examples: ['Acceptance criteria', 'customfield_10042'],
  }),
  attachments: Attachments.optional(),
  instructions: Instructions.nullish().meta({
    description:
      'What agents are asked to heed beside the files of the repository, each as a text or as a `file` beside the map. Those of `defaults` hold for every binding, and come before its own',
    examples: [
      { all: 'Write comments in English.', review: 'Migrations need a way back.' },
      { coding: { file: 'instructions/coding.md' } },
    ],
  }),
  model: Model.optional().meta({
    description: "The model to use, for all work or for each kind; without it, the deployment's",
    examples: ['gpt-5', { coding: 'gpt-5', reply: 'gpt-5-mini' }],
  }),
  models_by_label: ModelsByLabel.nullish().meta({
    description:
      'The model for issues with a label, and for reviews and answers on merge requests with it, in any case, in place of `model`. Of several labels the first one listed here counts, and `cmap explain` names the others',
    examples: [{ deep: 'gpt-5.1', quick: 'gpt-5-mini' }],
  }),
  skills: z.enum(['on', 'off']).optional().meta({
    description:
      'Whether agents are offered the skills of the repository, `SKILL.md` below `.github/skills`, `.claude/skills` and `.agents/skills` of the target branch, as a tool; `off` only names their files. What a skill may do is what the agent may do (docs/security.md)',
    default: BUILT_IN.skills,
  }),
  budget: Budget.optional(),
  branch_prefix: branchPrefix.optional().meta({
    description: 'The branch of an issue is this, followed by its key; `{type}` in it is the word of `type_words`',
    default: BUILT_IN.branchPrefix,
    examples: ['agent/', '{type}/'],
  }),
  type_words: TypeWords.nullish().meta({
    description:
      'A word for each type of issue, by its name in any case, and one for `other` types: `{type}` in `branch_prefix`, `commit.subject`, `merge_request.title` and `merge_request.description` (docs/conventions.md)',
    examples: [{ Bug: 'fix', Story: 'feat', other: 'chore' }],
  }),
  max_concurrent_runs: count(10_000)
    .nullish()
    .describe('Runs of this binding at the same time; without it, as many as the deployment allows'),
  audit: Audit.nullish().meta({
    description:
      'How releases of this repository are audited (docs/audit.md); without it, all of it by the built-in rules',
    examples: [{ paths: ['services/shop/**'], approvals: { required: 2 } }],
  }),
  events: Events.nullish().meta({
    description: 'Which webhook is notified of runs and of a credential that ends (docs/events.md); without it, none',
    examples: [{ url_ref: 'team_a', format: 'slack' }],
  }),
  notices_issue: issueKey.nullish().meta({
    description:
      'The Jira issue on which the agent writes 14, 7 and 1 days before the credential of this binding ends, and when it has ended; without it, the log only',
    examples: ['OPS-1'],
  }),
};

const bindingFields = {
  jira_project: z
    .string()
    .regex(JIRA_PROJECT_KEY, 'must be a Jira project key in capitals such as PROJ')
    .optional()
    .meta({
      description:
        'The key of the Jira project whose issues are worked on. Without it the agent only reviews merge requests of the repository and answers notes on them (docs/reviews.md)',
      examples: ['PROJ'],
    }),
  repo: repo.nullish().meta({
    description:
      'The path of the GitLab repository, with its groups; with `routes` that of the issues that fit none of them, and it may be left out',
    examples: ['group/service-a'],
  }),
  paths: z
    .array(fileGlob)
    .nullish()
    .meta({
      description:
        'Globs of the part of the repository the agent may change, for one team in a repository of many: a change of anything else is refused. They are read as in `protected_paths`, but upper and lower case have to be right; without it, or empty, all of the repository but `protected_paths`',
      examples: [['services/shop/**', 'libs/money']],
    }),
  routes: z
    .array(RouteSource)
    .max(MAX_ROUTES, `must be at most ${MAX_ROUTES} routes`)
    .nullish()
    .meta({
      description:
        'Issues of this project that go to other repositories, branches or paths (docs/routing.md). An issue goes by the one route it fits, and to `repo` where it fits none; where it fits several, or none and there is no `repo`, nothing starts and the ticket says what to change. The order does not count. What a route leaves out is as its binding has it',
      examples: [[{ name: 'web', when: { component: 'Web' }, repo: 'group/web' }]],
    }),
  ...sharedFields,
};

/** What only a binding with a Jira project has, in the order of the documentation. */
export const FIELDS_OF_JIRA: readonly string[] = Object.keys(bindingFields).filter(
  (field) => field !== 'jira_project' && !(WITHOUT_JIRA as readonly string[]).includes(field),
);

export const BindingSource = z.strictObject(bindingFields).meta({
  anyOf: [{ required: ['repo'] }, { required: ['routes'] }],
  dependentRequired: Object.fromEntries(FIELDS_OF_JIRA.map((field) => [field, ['jira_project']])),
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
    .describe('One Jira project and the one GitLab repository its issues are worked on in, or a repository alone'),
});
export type MappingSource = z.infer<typeof MappingSource>;

/** The words allowed in each block, by the block's name. */
export const FIELDS_OF_BLOCK: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(MappingSource.shape),
  bindings: Object.keys(BindingSource.shape),
  defaults: Object.keys(DefaultsSource.shape),
  trigger: ['status', 'assignee', 'label'],
  askers: Object.keys(Askers.shape),
  attachments: ['max_files', 'max_file_kb'],
  statuses: Object.keys(Statuses.shape),
  review: [
    'enabled',
    'on_push',
    'paths',
    'skip_labels',
    'skip_title_words',
    'skip_branches',
    'resolution',
    'min_severity',
    'status',
    'fix_own_findings',
    'bots',
    'dependency_updates',
    'bot_authors',
    'dependency_branches',
    'dependency_labels',
  ],
  merge_request: Object.keys(MergeRequest.shape),
  reviewers: Object.keys(FoundReviewers.shape),
  budget: Object.keys(Budget.shape),
  limits: Object.keys(Limits.shape),
  commit: Object.keys(Commit.shape),
  instructions: Object.keys(Instructions.shape),
  model: Object.keys(Models.shape),
  routes: Object.keys(RouteSource.shape),
  when: Object.keys(RouteWhen.shape),
  field: Object.keys(RouteField.shape),
  audit: Object.keys(Audit.shape),
  events: Object.keys(Events.shape),
  ...fieldsOfPolicy(),
};

function fieldsOfPolicy(): Record<string, readonly string[]> {
  const { approvals, agent_changes, no_code, pipelines, criteria } = PolicySource.shape;
  return {
    ...Object.fromEntries(
      Object.entries({ approvals, agent_changes, no_code, pipelines, criteria }).map(([block, schema]) => [
        block,
        Object.keys(schema.unwrap().shape),
      ]),
    ),
    bots: Object.keys(BotPolicy.shape),
    waivers: Object.keys(Waiver.shape),
  };
}
