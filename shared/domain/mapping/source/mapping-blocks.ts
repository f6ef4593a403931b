import * as z from 'zod';
import { CREDENTIAL_REF } from '../credential-names.ts';
import { BUILT_IN_DEFAULTS as BUILT_IN, DEFAULT_REVIEWERS } from '../defaults.ts';
import { EVENT_DEFAULTS, EVENT_FORMATS, EVENT_TYPES } from '../event-rules.ts';
import { SEVERITIES } from '../severity.ts';
import {
  count,
  fileGlob,
  gitlabLabel,
  glob,
  hasOther,
  jiraLabel,
  name,
  typeWord,
  username,
  wholeNumber,
} from './field-types.ts';

/** What the gate reads of one file at most. */
const MAX_KB = 24 * 1024;

/** What starts work on an issue. */
export const Trigger = z
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

/** Who may start work. */
export const Askers = z
  .strictObject({
    groups: z.array(name).optional().meta({ description: 'Names of Jira groups', default: [] }),
    roles: z.array(name).optional().meta({ description: 'Names of roles of the Jira project', default: [] }),
  })
  .refine(({ groups = [], roles = [] }) => groups.length + roles.length > 0, 'needs at least one group or role')
  .meta({ minProperties: 1 });

/** The Jira statuses of a binding. */
export const Statuses = z
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
    needs_answer: name
      .nullish()
      .describe(
        'Set in place of `stopped` when the agent has a question. With it, or with `needs_answer_label`, the next comment of the person who asked or of the reporter is the answer: the agent goes on without a mention and without a move',
      ),
  })
  .describe(
    'Jira statuses, by the names people see. Where no transition leads to a status of that name, the transition of that name is taken; `cmap doctor` cannot see transitions and fails such a name, so write the status where there is one',
  );

/** The word for every type that is not listed. */
const OTHER = 'other';
const MAX_TYPES = 50;

/** Words by issue type. */
export const TypeWords = z
  .record(name, typeWord)
  .refine((words) => OTHER in words, 'needs a word for other, which is that of every type that is not listed')
  .refine((words) => {
    const types = Object.keys(words).map((type) => type.toLocaleLowerCase('en'));
    return types.length <= MAX_TYPES && new Set(types).size === types.length;
  }, `must name each type once, in any case, and at most ${MAX_TYPES}`);

const title = z
  .string()
  .max(150, 'must be at most 150 characters')
  .regex(/^[^\p{Cc}]+$/u, 'must be one line')
  .refine(
    (form) => form.includes('{key}') && form.includes('{summary}'),
    'must have {key} and {summary} in it, such as "{type}: {key} {summary}"; audits find the issue by its key',
  )
  .refine(
    (form) => !hasOther(form, ['key', 'summary', 'type']),
    'must have no names in braces but {key}, {summary} and {type}',
  )
  .refine(
    (form) => !/^\s*(?:\[?\(?(?:draft|wip)\b)/i.test(form),
    'must not begin with Draft, which GitLab reads as a state; the agent opens drafts and says so itself',
  );

/** What a template may have in a line, and what on a line of its own. */
const IN_LINE = ['key', 'summary', 'type', 'url'];
const ON_A_LINE = ['change', 'plan', 'criteria', 'checks'];
const MAX_DESCRIPTION = 8000;

const descriptionText = z
  .string()
  .max(MAX_DESCRIPTION, `must be at most ${MAX_DESCRIPTION} characters; put more into a template of the repository`)
  .regex(/\S/, 'must not be empty')
  .refine(
    (text) => !hasOther(text, [...IN_LINE, ...ON_A_LINE]),
    'must have no names in braces but {key}, {summary}, {type} and {url}, and on lines of their own {change}, {plan}, {criteria} and {checks}',
  )
  .refine(
    (text) => text.split('\n').every((line) => !hasBlock(line) || /^\{[a-z]+\}\s*$/.test(line)),
    'must have {change}, {plan}, {criteria} and {checks} on lines of their own, with nothing beside them',
  );

function hasBlock(line: string): boolean {
  return ON_A_LINE.some((block) => line.includes(`{${block}}`));
}

/** The description of a merge request. */
export const Description = z.union([
  descriptionText,
  z.strictObject({
    template: z
      .string()
      .max(100, 'must be at most 100 characters')
      .regex(
        /^(?!.*\.md$)[^\s\p{Cc}/\\.](?:[^\p{Cc}/\\]*[^\s\p{Cc}/\\])?$/iu,
        'must be the name of a template such as Default, without its folder and without .md',
      )
      .describe('The template of the repository: `Default` is `.gitlab/merge_request_templates/Default.md`'),
  }),
  z.null(),
]);

const MAX_REVIEWERS = 20;

/** Who is asked to review a merge request. */
export const FoundReviewers = z
  .strictObject({
    users: z.array(username).optional().meta({ description: 'GitLab usernames, who come first', default: [] }),
    codeowners: z.boolean().optional().meta({
      description:
        'Owners of what changes, by CODEOWNERS of the target branch; groups and roles in it are named and none of their members is asked',
      default: false,
    }),
    jira: z.enum(['reporter', 'assignee', 'off']).optional().meta({
      description:
        'The reporter or the assignee of the issue, by the e-mail address that Jira shows and that is public in GitLab',
      default: 'off',
    }),
    max: count(MAX_REVIEWERS)
      .optional()
      .meta({ description: 'How many are asked at most', default: DEFAULT_REVIEWERS }),
  })
  .refine(
    ({ users = [], codeowners = false, jira = 'off' }) => users.length > 0 || codeowners || jira !== 'off',
    'needs at least one of users, codeowners and jira',
  );

const Reviewers = z.union([z.array(username), FoundReviewers]).meta({
  description:
    'Who is asked to review it: GitLab usernames, or where they come from (docs/conventions.md). The agent itself and blocked users are never asked; the free tier of GitLab keeps only the first',
  default: [],
  examples: [['bob'], { codeowners: true, jira: 'reporter', max: 2 }],
});

/** What a new merge request is given. */
export const MergeRequest = z
  .strictObject({
    title: title.nullish().meta({
      description:
        'Its title, with `{key}` for the issue key, `{summary}` for the title of the issue and `{type}` for the word of `type_words`. GitLab puts `Draft:` before it',
      default: '{key}: {summary}',
      examples: ['{type}: {key} {summary}'],
    }),
    description: Description.optional().meta({
      description:
        'Its description: a text with `{key}`, `{summary}`, `{type}`, `{url}` and, on lines of their own, `{change}`, `{plan}`, `{criteria}` and `{checks}`, or the name of a template of the repository; what it has no place for stands before it (docs/conventions.md). Without it, what was done, plan, criteria and checks',
      examples: [{ template: 'Default' }, '## What\n\n{change}\n\n## How it was checked\n\n{checks}\n'],
    }),
    labels: z
      .array(gitlabLabel)
      .optional()
      .meta({ description: 'Labels it is given; GitLab makes those that do not exist yet', default: [] }),
    assignee: username.nullish().describe('The GitLab username it is assigned to; without it, none'),
    reviewers: Reviewers.optional(),
    squash: z
      .boolean()
      .nullish()
      .describe('Whether merging it makes one commit; without it, as the project has it, which may also demand it'),
    ready: z.enum(['by-people', 'when-green']).optional().meta({
      description:
        'Who takes it out of draft: people, or with `when-green` the agent, once, when its pipeline has passed and all acceptance criteria are met by its review, or by its own word where it reviews nothing (docs/conventions.md). `cmap webhook install` adds the event',
      default: 'by-people',
    }),
    tell_requested_changes: z.boolean().optional().meta({
      description:
        'Say on the ticket, in one comment that is edited, that people ask for changes in its merge request, by a review or in open threads, and that they were made (docs/reviews.md)',
      default: false,
    }),
  })
  .meta({
    description: 'What a merge request is given when the agent opens it; later changes by people stay',
    examples: [{ labels: ['ai'], assignee: 'ada', reviewers: ['bob'] }],
  });

/** Which merge requests are reviewed. */
export const Review = z
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
      paths: z.array(fileGlob).optional().meta({
        description: 'Review only files that match one of these globs, as in `protected_paths`; empty means all',
        default: [],
      }),
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
      min_severity: z.enum(SEVERITIES).optional().meta({
        description: 'Findings below this severity are listed in the summary and never posted as threads',
        default: BUILT_IN.review.minSeverity,
      }),
      status: z.enum(['on', 'off']).optional().meta({
        description:
          'Whether the reviewed commit gets the status `cmap/review`: `failed` while a finding of at least `min_severity` is open; needs the role Developer',
        default: BUILT_IN.review.status,
      }),
      fix_own_findings: z.boolean().optional().meta({
        description:
          'What the review finds in a merge request that the agent opened goes back to the agent, once for each run of its ticket, and only then are reviewers asked (docs/reviews.md); pushes to such a merge request are reviewed also without `on_push`',
        default: false,
      }),
      bots: z.enum(['skip', 'review']).optional().meta({
        description:
          'Whether merge requests of other bots are reviewed: access tokens of projects and groups, service accounts, what is called like Renovate or Dependabot, and `bot_authors` (docs/reviews.md)',
        default: BUILT_IN.review.bots.mergeRequests,
      }),
      dependency_updates: z.enum(['skip', 'summary', 'review']).optional().meta({
        description:
          'What becomes of a dependency update of a bot: `review` posts threads, `summary` puts what is found into the summary only. Lock files are not read in either (docs/reviews.md)',
        default: BUILT_IN.review.bots.dependencyUpdates,
      }),
      bot_authors: z
        .array(glob)
        .optional()
        .meta({
          description:
            "Globs of usernames that are bots as well; their notes are not answered and count as no person's",
          default: [],
          examples: [['renovate-*', 'ci-user']],
        }),
      dependency_branches: z
        .array(glob)
        .optional()
        .meta({
          description: 'Globs of source branches by which a merge request of a bot is a dependency update',
          default: [...BUILT_IN.review.bots.dependencyBranches],
        }),
      dependency_labels: z
        .array(gitlabLabel)
        .optional()
        .meta({
          description: 'Labels by which it is one',
          default: [...BUILT_IN.review.bots.dependencyLabels],
        }),
    }),
  ])
  .meta({
    description: 'Which merge requests are reviewed; `on` (or `true`) and `off` (or `false`) switch reviews on and off',
    default: true,
  });

/** What the agent may spend. */
export const Budget = z
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
    runs_per_month: count(1_000_000_000)
      .nullish()
      .describe('Runs of this binding per UTC month; later ones wait for the next month, or until this is raised'),
    tokens_per_month: count(1_000_000_000_000_000)
      .nullish()
      .describe('Tokens of this binding per UTC month; the last run gets what is left, as with `tokens_per_day`'),
    cost_per_month: z
      .number()
      .positive()
      .max(1_000_000_000)
      .nullish()
      .describe(
        'Money of this binding per UTC month, by `MODEL_PRICES` and in `PRICE_CURRENCY`; no run begins once it is spent, and none whose model has no price',
      ),
  })
  .describe('What the agent may spend');

/** How much one change may contain. */
export const Limits = z
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
    max_deleted_percent: wholeNumber(0, 100).optional().meta({
      description: 'Share of the files of the repository that may be deleted; ten files always may',
      default: BUILT_IN.limits.maxDeletedPercent,
    }),
  })
  .describe('How much one change of the agent may contain');

/** More would be a model's whole context. */
const MAX_ATTACHMENTS = 20;
/** What model endpoints take of one image at most. */
const MAX_ATTACHMENT_KB = 5 * 1024;

/** Which attachments of an issue agents are given. */
export const Attachments = z
  .union([
    z.boolean(),
    z.enum(['on', 'off']),
    z.strictObject({
      max_files: count(MAX_ATTACHMENTS)
        .optional()
        .meta({ description: 'Files of one issue', default: BUILT_IN.attachments.maxFiles }),
      max_file_kb: count(MAX_ATTACHMENT_KB)
        .optional()
        .meta({ description: 'Kilobytes of one file', default: BUILT_IN.attachments.maxFileKb }),
    }),
  ])
  .meta({
    description:
      'Which attachments of an issue agents are given: images (PNG, JPEG, GIF, WebP) to models that see, text as files; a review only those that stand in the description. What is left out is named. `off` (or `false`) gives them none',
    default: 'on',
    examples: ['off', { max_files: 10, max_file_kb: 1024 }],
  });

/**
 * A file as long as what is read of one AGENTS.md. More is no instruction any more but a handbook, and each session
 * would pay for it with every call of the model.
 */
export const MAX_INSTRUCTION_FILE = 20_000;

/** What is typed between the other fields of a map. */
export const MAX_TYPED_INSTRUCTION = 4000;

/** In a rendered map the text of `defaults` and the one of the binding are one, with an empty line between them. */
const MAX_INSTRUCTION = 2 * MAX_INSTRUCTION_FILE + 2;

/** A text in a file. */
export const InstructionFileName = z.strictObject({
  file: z
    .string()
    .max(255, 'must be at most 255 characters')
    .regex(
      /^(?:(?!\.{1,2}\/)[^\p{Cc}/\\:]+\/)*(?!\.{1,2}$)[^\p{Cc}/\\:]+$/u,
      'must be a file in the folder of the map or below it, with / between the parts, such as instructions/coding.md',
    )
    .describe(
      `A text file in the folder of the map or below it, of at most ${MAX_INSTRUCTION_FILE} characters; \`cmap render-json\` puts its text in place of it`,
    ),
});

const instructionText = z
  .string()
  .max(MAX_INSTRUCTION, `must be at most ${MAX_INSTRUCTION} characters`)
  .regex(/\S/, 'must not be empty')
  // For editors: of a map that is typed.
  .meta({ maxLength: MAX_TYPED_INSTRUCTION });

const instruction = z.union([instructionText, InstructionFileName, z.null()]).optional();

export const Instructions = z.strictObject({
  all: instruction.describe('For every kind of work'),
  coding: instruction.describe('For issues'),
  review: instruction.describe('For reviews of merge requests'),
  reply: instruction.describe('For answers to notes on merge requests'),
});

/** These say where the command runs and with what; the runner sets them. */
const SET_BY_RUNNER = /^(?:PATH|HOME|TMPDIR|LANG)$/;
/**
 * What the C library obeys before a program begins, also the one that switches to the agent's user and is root until it
 * has: a search path into the checkout would have it load what the agent left there. The list is glibc's own of what a
 * program with more rights must not be given (sysdeps/generic/unsecvars.h).
 */
const OF_THE_LOADER =
  /^(?:LD_.*|GLIBC_.*|MALLOC_.*|GCONV_PATH|GETCONF_DIR|HOSTALIASES|LOCALDOMAIN|LOCPATH|NIS_PATH|NLSPATH|RESOLV_HOST_CONF|RES_OPTIONS|TZDIR)$/;

export const ValidateEnv = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be a name of a variable: letters, digits and underscores')
      .refine((name) => !SET_BY_RUNNER.test(name), 'is set by the runner; set it inside the command')
      .refine(
        (name) => !OF_THE_LOADER.test(name),
        'is obeyed before the command begins, by programs of the runner; set it inside the command',
      ),
    z.union([
      z.string().max(4000, 'must be at most 4000 characters'),
      z.strictObject({
        secret_ref: z
          .string()
          .max(64, 'must be at most 64 characters')
          .regex(CREDENTIAL_REF, 'must be the name of a secret such as npm_read, never the secret itself')
          .describe(
            'The name of the secret: `npm_read` is the environment variable `VALIDATE_SECRET__NPM_READ` or the Key Vault secret `validate-secret--npm-read`',
          ),
      }),
    ]),
  )
  .refine((variables) => Object.keys(variables).length <= 50, 'must be at most 50 variables');

const modelId = z
  .string()
  .max(255, 'must be at most 255 characters')
  .regex(/^\S+$/, 'must be a model id without spaces');

export const Models = z.strictObject({
  coding: modelId.nullish().describe('For issues'),
  review: modelId.nullish().describe('For reviews of merge requests'),
  reply: modelId.nullish().describe('For answers to notes on merge requests'),
});

export const Model = z.union([modelId, Models, z.null()]);

const MAX_LABELLED_MODELS = 20;

/** In the order of the map, which a JSON object keeps for all names but whole numbers. */
export const ModelsByLabel = z
  .record(gitlabLabel.regex(/\D/, 'must not be a number alone, which has no place in the order of the labels'), modelId)
  .refine((models) => {
    const labels = Object.keys(models).map((label) => label.toLocaleLowerCase('en'));
    return labels.length <= MAX_LABELLED_MODELS && new Set(labels).size === labels.length;
  }, `must name each label once, in any case, and at most ${MAX_LABELLED_MODELS}`);

/** A person as git writes one. */
const coAuthor = z
  .string()
  .max(255, 'must be at most 255 characters')
  .regex(
    /^[^\s<>\p{Cc}](?:[^<>\p{Cc}]*[^\s<>\p{Cc}])? <[^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+>$/u,
    'must be a name and an address such as Ada Lovelace <ada@example.com>',
  );

/** How commits are written. */
export const Commit = z
  .strictObject({
    subject: z
      .string()
      .max(100, 'must be at most 100 characters')
      .regex(
        /^[^\p{Cc}]*\{summary\}[^\p{Cc}]*$/u,
        'must be one line with {summary} in it, such as "fix: {key} {summary}"',
      )
      .refine(
        (form) => !hasOther(form, ['key', 'summary', 'type']),
        'must have no names in braces but {key}, {summary} and {type}',
      )
      .optional()
      .meta({
        description:
          'First line of a commit message; `{key}` is the issue key, `{summary}` what was done, `{type}` the word of `type_words`',
        default: BUILT_IN.commit.subject,
        examples: ['fix: {key} {summary}'],
      }),
    sign_off: z.boolean().optional().meta({
      description: 'End the message with a Signed-off-by line of the author of the commits',
      default: BUILT_IN.commit.signOff,
    }),
    co_authors: z
      .array(coAuthor)
      .max(5, 'must be at most 5 people')
      .optional()
      .meta({
        description: 'People the message names in a Co-authored-by line each',
        default: [],
        examples: [['Ada Lovelace <ada@example.com>']],
      }),
    signing_key_ref: z
      .string()
      .max(64, 'must be at most 64 characters')
      .regex(CREDENTIAL_REF, 'must be the name of a key such as platform, never the key itself')
      .nullish()
      .describe(
        'The name of the SSH key that signs commits: `platform` is the environment variable `SIGNING_KEY__PLATFORM` or the Key Vault secret `signing-key--platform` (docs/conventions.md); without it, commits are not signed',
      ),
  })
  .describe('How the commits of the agent are written, for projects with rules about it');

const names = z.union([name, z.array(name).min(1, 'must name at least one').max(50, 'must be at most 50 names')]);

/** The field of an issue that decides about a route. */
export const RouteField = z.strictObject({
  name: name.describe('The field, by name or by id; an id spares Jira the answer with all fields'),
  value: names.describe('What the field shows, or one of several; of a field with several values one has to fit'),
});

/** What a route asks of an issue. */
export const RouteWhen = z
  .strictObject({
    component: names.optional().describe('The component of the issue, or one of several'),
    label: names.optional().describe('The label, or one of several'),
    issue_type: names.optional().describe('The type of the issue, or one of several'),
    field: RouteField.optional().describe('A field with one of these values'),
  })
  .refine((when) => Object.keys(when).length > 0, 'needs at least one of component, label, issue_type and field')
  .meta({ minProperties: 1 });

/** Which webhook is notified of what happens. */
export const Events = z
  .strictObject({
    url_ref: z
      .string()
      .max(64, 'must be at most 64 characters')
      .regex(CREDENTIAL_REF, 'must be the name of a webhook such as team_a, never its URL')
      .describe(
        'The name of the webhook: `team_a` is the environment variable `EVENTS_URL__TEAM_A` or the Key Vault secret `events-url--team-a`; `default` is `EVENTS_URL`. With `generic`, `EVENTS_SECRET__TEAM_A` or `events-secret--team-a` signs',
      ),
    format: z.enum(EVENT_FORMATS).optional().meta({
      description: '`generic` is signed JSON for a program, `slack` and `teams` are messages in a channel',
      default: EVENT_DEFAULTS.format,
    }),
    on: z
      .array(z.enum(EVENT_TYPES))
      .min(1, 'must name at least one event')
      .optional()
      .meta({
        description:
          'What the webhook is notified of. The end of a run is sent once: as `run.needs-you` where that is named and a person has to act, otherwise as `run.finished`',
        default: [...EVENT_DEFAULTS.on],
      }),
  })
  .meta({ description: 'Which webhook is notified of runs and of a credential that ends' });
