import { formatRefusal } from '../../runner-container/gate/format-refusal.ts';
import { WORK_TREE_PROBLEMS } from '../../runner-container/git/work-tree-problem.ts';
import { weeklyMarkdown } from '../../shared/domain/audit/weekly/weekly-markdown.ts';
import { formatAllowRefused } from '../../shared/domain/messages/format-allow-refused.ts';
import { formatBackPorts } from '../../shared/domain/messages/format-back-ports.ts';
import { formatCredentialEnding } from '../../shared/domain/messages/format-credential-ending.ts';
import { formatCriteriaMarks } from '../../shared/domain/messages/format-criteria-marks.ts';
import { formatOwnReview } from '../../shared/domain/messages/format-own-review.ts';
import {
  formatApprovalRefused,
  formatApprove,
  formatPlanReport,
  formatPlanUnderWay,
} from '../../shared/domain/messages/format-plan-report.ts';
import { formatAllow, formatAllowSteps, formatKept } from '../../shared/domain/messages/format-refused-work.ts';
import { formatRequestedChanges } from '../../shared/domain/messages/format-requested-changes.ts';
import {
  describeRoute,
  formatKeptRoute,
  formatRouted,
  formatUnrouted,
} from '../../shared/domain/messages/format-route-note.ts';
import {
  formatFailure,
  formatNoChanges,
  formatProgress,
  formatResult,
} from '../../shared/domain/messages/format-run-report.ts';
import {
  ASK_FOR_RATING,
  formatCounted,
  formatPatchPlace,
  formatShadowChange,
  formatShadowNothing,
} from '../../shared/domain/messages/format-shadow-report.ts';
import {
  formatAllowGone,
  formatAnsweredElsewhere,
  formatAskAgain,
  formatBlocked,
  formatClosed,
  formatCredentialPasted,
  formatInOtherProject,
  formatLeftInOtherProject,
  formatMerged,
  formatMovedMeanwhile,
  formatMovedOn,
  formatNotMoved,
  formatQueued,
  formatRatingRefused,
  formatRefused,
  formatTextChanged,
  formatUnblocked,
} from '../../shared/domain/messages/format-ticket-note.ts';
import { formatPlan } from '../../shared/domain/prompts/plan-result.ts';
import type { AllowRefusal } from '../../shared/domain/runs/allow-refusal.ts';
import type { RefusedFile } from '../../shared/domain/runs/refused-work.ts';
import { CRITERIA, HEAD_SHA, MERGE_REQUEST_URL } from './examples.ts';
import type { MessageGroup } from './message.ts';

const FEBRUARY = Date.UTC(2026, 1, 1);
const TO_DO = { kind: 'status', status: 'To Do' } as const;
const askAgain = formatAskAgain(TO_DO, { standsThere: false });
const PLAN = formatPlan({
  summary: 'The start page greets people by name.',
  steps: ['Take the name from the session', 'Show it on the start page'],
  files: [{ path: 'src/start.ts', change: 'greets by name' }],
  risks: ['Names may hold apostrophes'],
  tests: ['`start.test.ts`: with a name and without one'],
});
const own = { iid: 7, url: MERGE_REQUEST_URL };
const merged = { iid: 7, url: MERGE_REQUEST_URL, reviewers: ['Ada Lovelace'], approvedBy: [], asksForMore: false };
const result = {
  summary: 'Adds the greeting to the start page and a test for it.',
  plan: '1. Read the start page\n2. Add the greeting\n3. Test it',
  criteria: CRITERIA,
  branch: 'agent/PROJ-12',
  commitSha: '7f4f2218c0a1b2c3d4e5f60718293a4b5c6d7e8f',
  mergeRequestUrl: MERGE_REQUEST_URL,
  mergeRequestIid: 7,
  checks: ['`npm test` passed (validate)'],
  usage: { modelCalls: 14, inputTokens: 48_200, outputTokens: 3100 },
  durationMs: 252_000,
  rework: false,
};

const WEB = { name: 'web', when: { components: ['Web', 'Shop'] } };
const ROUTES = [
  describeRoute(WEB),
  describeRoute({ name: 'billing', when: { labels: ['billing'], field: { name: 'Team', values: ['Payments'] } } }),
];

const REFUSAL = formatRefusal([
  { rule: 'secret', path: 'compose.yml', message: 'Line 4 looks like a credential (password in a URL).' },
  { rule: 'protected-path', path: '.gitlab-ci.yml', message: 'Is protected by ".gitlab-ci.yml".' },
]);

const FILES: RefusedFile[] = [
  { path: 'compose.yml', rule: 'secret', never: true },
  { path: '.gitlab-ci.yml', rule: 'protected-path' },
];

const KEPT_AS_PATCH = formatRefusal(
  [
    { rule: 'secret', path: 'compose.yml', message: 'Line 4 looks like a credential (password in a URL).' },
    { rule: 'protected-path', path: '.gitlab-ci.yml', message: 'Is protected by ".gitlab-ci.yml".' },
  ],
  {
    kept: formatKept({
      place: { kind: 'patch', name: 'cmap-run-1a2b3c4d5e6f.patch' },
      branch: 'agent/PROJ-12--refused',
      whyNoBranch: 'what looks like a credential is never pushed',
      remarks: ['Values that look like credentials are masked in `compose.yml`'],
    }),
    more: [formatAllow(FILES) ?? ''],
  },
);

const ON_BRANCH = { kind: 'branch', branch: 'agent/PROJ-12--refused', sha: result.commitSha } as const;

const KEPT_ON_BRANCH = formatRefusal(
  [{ rule: 'outside-paths', path: 'web/start.ts', message: 'Lies outside the `paths` of the binding.' }],
  {
    kept: formatKept({
      place: ON_BRANCH,
      remarks: [],
    }),
    more: formatAllowSteps([{ path: 'web/start.ts', rule: 'outside-paths' }], { place: ON_BRANCH }),
  },
);

const TOO_LONG = WORK_TREE_PROBLEMS['path-too-long'];
const KEPT_NOWHERE = formatRefusal(
  [{ rule: 'too-many-files', message: `The change cannot be listed, because ${TOO_LONG}.` }],
  {
    kept: formatKept({
      place: { kind: 'nowhere' },
      whyNowhere: TOO_LONG,
      remarks: [],
    }),
  },
);

/** Every reason, so that a new one is not left out. */
const ALLOW_REFUSALS: Record<AllowRefusal['reason'], { when: string; refusal: AllowRefusal }> = {
  'allow-of-nothing': { when: 'no refused work waits', refusal: { reason: 'allow-of-nothing' } },
  'allow-of-other-files': {
    when: 'the file was not refused',
    refusal: { reason: 'allow-of-other-files', paths: ['README.md'] },
  },
  'allow-never': {
    when: 'no person lets the file pass',
    refusal: { reason: 'allow-never', files: [{ path: 'compose.yml', rule: 'secret' }] },
  },
  'allow-off': { when: '`allow_refused` is off', refusal: { reason: 'allow-off' } },
  'allow-edited': { when: 'the comment was edited', refusal: { reason: 'allow-edited' } },
  'allow-of-older-refusal': {
    when: 'the comment is older than the refusal',
    refusal: { reason: 'allow-of-older-refusal' },
  },
  'allow-by-no-person': { when: 'no person wrote it', refusal: { reason: 'allow-by-no-person' } },
  'allow-person-unknown': {
    when: 'the person is not known in GitLab',
    refusal: { reason: 'allow-person-unknown', why: 'no-user' },
  },
  'allow-issue-done': { when: 'the ticket is done', refusal: { reason: 'allow-issue-done' } },
  'allow-not-a-maintainer': {
    when: 'the person is no maintainer',
    refusal: { reason: 'allow-not-a-maintainer' },
  },
};

const ALLOW_OF_EARLIER: { when: string; refusal: AllowRefusal } = {
  when: 'only an earlier run was refused for the file',
  refusal: { reason: 'allow-of-other-files', paths: ['Dockerfile'], earlier: ['Dockerfile'] },
};

const PATCH = { name: 'cmap-run-1a2b3c4d5e6f.patch', remarks: [] };

const SHADOW: MessageGroup = {
  title: 'The comment of a run in shadow',
  about:
    'A binding with `mode: shadow` has one comment of each run on the ticket, at its end, and nothing else is changed there (docs/trying.md).',
  messages: [
    {
      when: 'it made a change',
      text: [
        formatShadowChange({ ...result, files: 3, baseSha: result.commitSha }),
        ASK_FOR_RATING,
        formatPatchPlace(PATCH),
      ].join('\n\n'),
    },
    {
      when: 'Jira did not take the patch as a file; it ends the comment',
      text: formatPatchPlace({
        ...PATCH,
        remarks: ['Values in it that look like credentials are masked, so it may not apply there'],
        text: 'diff --git a/src/start.ts b/src/start.ts\n--- a/src/start.ts\n+++ b/src/start.ts\n@@ -1 +1 @@\n-greet();\n+greet(name);\n',
      }),
    },
    {
      when: 'people have said `/copilot yes` or `/copilot no`; it begins the comment, or stands in one of its own where that is gone or may not be edited',
      text: formatCounted([
        { answer: 'yes', by: 'Ada', saidAt: Date.UTC(2026, 0, 30, 14, 5) },
        { answer: 'no', by: 'Bob', saidAt: Date.UTC(2026, 0, 31, 9, 12) },
      ]),
    },
    {
      when: 'it would have asked',
      text: formatShadowNothing({ summary: '', question: 'Which start page do you mean: the shop or the account?' }),
    },
    {
      when: 'nothing is to be changed',
      text: formatShadowNothing({ summary: 'The start page greets by name already.' }),
    },
  ],
};

const PROGRESS: MessageGroup = {
  title: 'The comment of a run',
  about:
    'Each run has one comment on its ticket. It is edited in place: it says that the agent works or waits, and becomes the result.',
  messages: [
    {
      when: 'a run has begun',
      text: formatProgress({
        now: 'It reads the repository and makes the change',
        attempt: 1,
        branch: 'agent/PROJ-12',
      }),
    },
    {
      when: 'it has gone on: the comment is edited at each stage people wait through',
      text: formatProgress({
        now: 'It reads the repository and makes the change',
        attempt: 1,
        branch: 'agent/PROJ-12',
        steps: [
          'The agent began with the change after 12 s.',
          'The agent handed in its work after 4 min.',
          'The checks before the push refused it, and the agent began to correct it (round 1) after 5 min.',
        ],
      }),
    },
    {
      when: 'the first attempt was interrupted and the run began again',
      text: formatProgress({
        now: 'It reads the repository and makes the change',
        attempt: 2,
        branch: 'agent/PROJ-12',
      }),
    },
    {
      when: 'the limit of runs at once is reached',
      text: formatQueued({ reason: 'concurrency', project: 'PROJ' }),
    },
    {
      when: 'the runs of the day are used up',
      text: formatQueued({ reason: 'budget', project: 'PROJ', spent: 'runs', until: Date.UTC(2026, 0, 6) }),
    },
    {
      when: 'the tokens of the day are used up',
      text: formatQueued({ reason: 'budget', project: 'PROJ', spent: 'tokens', until: Date.UTC(2026, 0, 6) }),
    },
    {
      when: 'the runs of the month are used up',
      text: formatQueued({ reason: 'month-budget', project: 'PROJ', spent: 'runs', until: FEBRUARY }),
    },
    {
      when: 'the tokens of the month are used up',
      text: formatQueued({ reason: 'month-budget', project: 'PROJ', spent: 'tokens', until: FEBRUARY }),
    },
    {
      when: 'the money of the month is spent',
      text: formatQueued({ reason: 'month-budget', project: 'PROJ', spent: 'cost', until: FEBRUARY }),
    },
    {
      when: 'the money of the whole deployment is spent for this month',
      text: formatQueued({ reason: 'month-budget', spent: 'cost', until: FEBRUARY }),
    },
    {
      when: 'money is limited, and the model has no price',
      text: formatQueued({ reason: 'price-unknown', project: 'PROJ', model: 'gpt-5' }),
    },
    {
      when: 'runs at work may still use the rest of the tokens of the month',
      text: formatQueued({ reason: 'promised', project: 'PROJ', month: true }),
    },
    {
      when: 'runs at work may still use the rest of the tokens',
      text: formatQueued({ reason: 'promised', project: 'PROJ' }),
    },
    { when: 'a merge request was opened', text: formatResult(result) },
    {
      when: 'more was asked for and the same merge request was updated',
      text: formatResult({ ...result, rework: true }),
    },
    {
      when: 'Jira did not let the ticket be moved to review; it follows the result',
      text: formatNotMoved('No transition leads from "In Progress" to "In Review".'),
    },
    {
      when: 'a person moved the ticket while the agent worked; it follows the result',
      text: formatMovedMeanwhile('Blocked'),
    },
    {
      when: 'the ticket was moved to another project while the agent worked; it follows the result',
      text: formatLeftInOtherProject('OPS-7'),
    },
    {
      when: 'the ticket was rewritten while the agent worked; it follows the result',
      text: formatTextChanged(askAgain),
    },
    {
      when: 'the agent needs an answer',
      text: formatNoChanges({ summary: '', question: 'Which of the two start pages is meant?', askAgain }),
    },
    {
      when: 'the agent needs an answer and the binding awaits it (`statuses.needs_answer`, `needs_answer_label`)',
      text: formatNoChanges({
        summary: '',
        question: '1. Which of the two start pages is meant?\n2. Is the greeting translated?',
        awaitsAnswer: true,
        askAgain,
      }),
    },
    {
      when: 'a run with a plan first has begun (`plan`, `plan_label`)',
      text: formatProgress({ now: 'It reads the repository and makes a plan', attempt: 1, branch: 'agent/PROJ-12' }),
    },
    { when: 'a plan waits for approval (`plan: ask`)', text: formatPlanReport({ plan: PLAN, trigger: TO_DO }) },
    {
      when: 'a plan was changed after a comment',
      text: formatPlanReport({ plan: PLAN, trigger: TO_DO, isNew: true }),
    },
    {
      when: 'a plan was approved, and the ticket had been rewritten since it was made',
      text: formatPlanReport({ plan: PLAN, trigger: TO_DO, isNew: true, isTicketChanged: true }),
    },
    {
      when: 'a plan is shown and the run goes on (`plan: show`)',
      text: formatPlanUnderWay({ plan: PLAN, branch: 'agent/PROJ-12' }),
    },
    { when: 'a comment that was edited approves a plan', text: formatApprovalRefused('approval-edited') },
    { when: 'a comment approves an older plan', text: formatApprovalRefused('approval-of-older-plan') },
    { when: 'no person approves a plan', text: formatApprovalRefused('approval-by-no-person') },
    {
      when: 'there was nothing to change',
      text: formatNoChanges({ summary: 'The greeting stands on the start page already.', askAgain }),
    },
    {
      when: 'the run failed ("Why a run stopped" has every sentence)',
      text: `${formatFailure({ code: 'validation-failed', detail: 'npm test: 1 failed\nexpected "Hello" to be "Hi"' })}\n\n${askAgain}`,
    },
    {
      when: 'the change was refused before the push, for two kinds of reason',
      text: `${formatFailure({ code: 'change-refused', detail: REFUSAL })}\n\n${askAgain}`,
    },
    {
      when: 'refused work is kept as a patch, because it holds a credential (`refused_work: branch`)',
      text: `${formatFailure({ code: 'change-refused', detail: KEPT_AS_PATCH })}\n\n${askAgain}`,
    },
    {
      when: 'refused work is kept on a branch (`refused_work: branch`)',
      text: `${formatFailure({ code: 'change-refused', detail: KEPT_ON_BRANCH })}\n\n${askAgain}`,
    },
    {
      when: 'nothing of refused work can be kept',
      text: `${formatFailure({ code: 'change-refused', detail: KEPT_NOWHERE })}\n\n${askAgain}`,
    },
    ...[...Object.values(ALLOW_REFUSALS), ALLOW_OF_EARLIER].map(({ when, refusal }) => ({
      when: `\`/copilot allow\` lets nothing pass: ${when}`,
      text: formatAllowRefused(refusal),
    })),
    {
      when: 'the ticket fits another route by now (the last sentences of the comment)',
      text: formatKeptRoute({ repo: 'group/api' }, { binding: { repo: 'group/web', route: WEB } }),
    },
    { when: 'the ticket left its trigger', text: formatMovedOn() },
    { when: 'the ticket was moved to another project', text: formatInOtherProject() },
    { when: 'another run answers the same request', text: formatAnsweredElsewhere() },
    { when: 'the note that was to let files pass is gone', text: formatAllowGone() },
  ],
};

const NOTICES: MessageGroup = {
  title: 'Other comments',
  about: 'Each of them stands on a ticket once; those about blockers and routes are edited when they no longer hold.',
  messages: [
    { when: 'other tickets block this one', text: formatBlocked(['PROJ-8', 'PROJ-9']) },
    { when: 'they no longer do', text: formatUnblocked({ started: true }) },
    { when: 'they no longer do and the ticket left its trigger', text: formatUnblocked({ started: false }) },
    {
      when: 'it fits no route of its project',
      text: formatUnrouted({ problem: 'no-route', routes: ROUTES, by: 'change' }),
    },
    {
      when: 'it fits several routes of its project, and a comment asked for work on it',
      text: formatUnrouted({ problem: 'several-routes', routes: ROUTES, by: 'comment' }),
    },
    {
      when: 'its target branch is named after the fix version, and it has none',
      text: formatUnrouted({ problem: 'no-version', routes: ['`release/{version}`'], by: 'change' }),
    },
    {
      when: 'it has several',
      text: formatUnrouted({ problem: 'several-versions', routes: ['`2.4.0`', '`3.0.0`'], by: 'change' }),
    },
    {
      when: 'its fix version makes no name of a branch',
      text: formatUnrouted({ problem: 'odd-version', routes: ['`release/Spring 26`'], by: 'change' }),
    },
    { when: 'it fits one by now', text: formatRouted({ started: true }) },
    { when: 'it left its trigger', text: formatRouted({ started: false }) },
    { when: 'a customer or an app asked', text: formatRefused('asker-not-a-person') },
    { when: 'the person who asked has none of the roles of the binding', text: formatRefused('asker-not-named') },
    { when: 'groups and roles cannot be read', text: formatRefused('asker-unknown') },
    {
      when: 'an app or a customer answers about what was tried in shadow',
      text: formatRatingRefused('asker-not-a-person'),
    },
    { when: 'the person who answers has none of these roles', text: formatRatingRefused('asker-not-named') },
    { when: 'groups and roles cannot be read for an answer', text: formatRatingRefused('asker-unknown') },
    { when: 'the limit of requests per hour is reached', text: formatRefused('asked-too-often') },
    { when: 'a credential of the deployment stands in the ticket', text: formatCredentialPasted() },
    {
      when: 'the merge request was merged',
      text: formatMerged({ ...merged, mergedBy: 'Grace Hopper', approvedBy: ['Ada Lovelace'] }),
    },
    {
      when: 'it was merged, and the ticket could not be moved',
      text: formatMerged({ ...merged, reviewers: [], problem: 'No transition leads from "In Review" to "Done".' }),
    },
    { when: 'it was merged and more had been asked for', text: formatMerged({ ...merged, asksForMore: true }) },
    {
      when: 'its review has marked the acceptance criteria: the comment of the run begins with',
      text: formatCriteriaMarks({
        ...own,
        headSha: HEAD_SHA,
        marks: [
          { number: 1, state: 'met', evidence: 'test/greet.test.ts' },
          { number: 2, state: 'not-met', evidence: 'No test has a name with a quote in it.' },
        ],
        leftOut: 0,
        neutral: (text) => text,
      }),
    },
    {
      when: '`review.fix_own_findings` is on, and its review has found something',
      text: formatOwnReview({ ...own, state: 'under-way', findings: 2, reviewers: [] }),
    },
    {
      when: 'the agent has mended it, and the review finds nothing more',
      text: formatOwnReview({ ...own, state: 'fixed', findings: 0, commitSha: HEAD_SHA, reviewers: ['ada'] }),
    },
    {
      when: 'the agent has mended a part of it',
      text: formatOwnReview({ ...own, state: 'left', findings: 1, commitSha: HEAD_SHA, reviewers: ['ada'] }),
    },
    {
      when: 'a person has spoken there meanwhile',
      text: formatOwnReview({ ...own, state: 'person-spoke', findings: 2, reviewers: [] }),
    },
    {
      when: '`merge_request.tell_requested_changes` is on, and people ask for changes',
      text: formatRequestedChanges({
        ...own,
        by: [
          { name: 'Ada Lovelace', byReview: true, threads: 2 },
          { name: 'Grace Hopper', byReview: false, threads: 1 },
        ],
      }),
    },
    {
      when: 'the agent has pushed since',
      text: formatRequestedChanges({
        ...own,
        by: [{ name: 'Ada Lovelace', byReview: false, threads: 1 }],
        pushedSince: HEAD_SHA,
      }),
    },
    { when: 'none of it is open any more', text: formatRequestedChanges({ ...own, by: [] }) },
    {
      when: 'it was merged, and `back_ports` takes it to the branches of the fix versions',
      text: formatBackPorts(
        merged,
        [
          {
            version: '2.5.0',
            branch: 'release/2.5.0',
            what: 'opened',
            iid: 12,
            url: MERGE_REQUEST_URL.replace(/\d+$/, '12'),
            state: 'opened',
          },
          {
            version: '2.4.1',
            branch: 'release/2.4.1',
            what: 'conflict',
            commits: ['3f2a9c1b7d5e4f60718293a4b5c6d7e8f9012345'],
            isMerge: true,
          },
          { version: '2.4.0', branch: 'release/2.4.0', what: 'resolving' },
          {
            version: '2.3.10',
            branch: 'release/2.3.10',
            what: 'unresolved',
            commits: ['3f2a9c1b7d5e4f60718293a4b5c6d7e8f9012345'],
            isMerge: true,
            why: 'src/price.ts: The agent has tried once and left these conflicts. It says: The discount is computed elsewhere on this branch.',
          },
          {
            branch: 'release/2.1.0',
            what: 'opened',
            iid: 13,
            url: MERGE_REQUEST_URL.replace(/\d+$/, '13'),
            state: 'opened',
          },
          { version: '2.3.9', branch: 'release/2.3.9', what: 'there-already' },
          { version: '3.0', branch: 'release/3.0', what: 'no-branch' },
          { version: '2.2.0', branch: 'release/2.2.0', what: 'refused', why: 'GitLab refused the request.' },
        ],
        0,
      ),
    },
    { when: 'the merge request was closed', text: formatClosed({ ...merged }) },
    { when: 'it was closed and more had been asked for', text: formatClosed({ ...merged, asksForMore: true }) },
    {
      when: 'the GitLab token of the binding ends (on the ticket `notices_issue` names)',
      text: formatCredentialEnding({ credentialRef: 'team-a', days: 7, expiresAt: '2026-01-21' }),
    },
    {
      when: 'GitLab refuses that token',
      text: formatCredentialEnding({ credentialRef: 'team-a', days: -1 }),
    },
  ],
};

const ASK_AGAIN: MessageGroup = {
  title: 'How to start it again',
  about: 'The sentence that ends a comment where a person can ask once more; it fits the trigger of the binding.',
  messages: (
    [
      { when: 'status', trigger: { kind: 'status', status: 'To Do' }, standsThere: false },
      { when: 'status, and the ticket still has it', trigger: { kind: 'status', status: 'To Do' }, standsThere: true },
      { when: 'label', trigger: { kind: 'label', label: 'agent' }, standsThere: false },
      { when: 'label, and the ticket still has it', trigger: { kind: 'label', label: 'agent' }, standsThere: true },
      { when: 'person to assign it to', trigger: { kind: 'assignee', accountId: '5b10' }, standsThere: false },
    ] as const
  ).map(({ when, trigger, standsThere }) => ({
    when: `the trigger is a ${when}`,
    text: formatAskAgain(trigger, { standsThere }),
  })),
};

const APPROVE: MessageGroup = {
  title: 'How a plan is approved',
  about: 'The sentence under a plan that waits; it fits the trigger of the binding.',
  messages: (
    [
      { when: 'status', trigger: TO_DO },
      { when: 'label', trigger: { kind: 'label', label: 'agent' } },
      { when: 'person to assign it to', trigger: { kind: 'assignee', accountId: '5b10' } },
    ] as const
  ).map(({ when, trigger }) => ({ when: `the trigger is a ${when}`, text: formatApprove(trigger) })),
};

const searched = (filters: string) => ({ items: [], filters });

const WEEK: MessageGroup = {
  title: 'The weekly report',
  about:
    'The comment of a week on the issue of `WEEKLY_REPORT_ISSUE` or `cmap report weekly --issue`; it is edited when the report of that week is sent again.',
  messages: [
    {
      when: 'a ticket was done and something was decided',
      text: weeklyMarkdown({
        schema: 'cmap.weekly-report.v1',
        since: '2026-01-26T00:00:00Z',
        until: '2026-02-02T00:00:00Z',
        done: {
          items: [
            {
              key: 'PROJ-12',
              summary: 'Greet by name',
              status: 'Done',
              statusCategory: 'done',
              assignee: 'Ada Lovelace',
              doneAt: '2026-01-28T10:00:00Z',
              url: 'https://site.example.com/browse/PROJ-12',
            },
          ],
          filters: '',
        },
        inProgress: searched('project in ("PROJ"); status category In Progress'),
        backlog: searched('project in ("PROJ"); status category To Do'),
        decisions: {
          items: [
            {
              marker: 'decision',
              text: 'We ship on Friday',
              subject: 'PROJ-12',
              author: 'Ada Lovelace',
              at: '2026-01-27T10:00:00Z',
              url: 'https://site.example.com/browse/PROJ-12',
            },
          ],
          filters: '',
        },
        actions: searched('comments on issues of PROJ; lines that begin with "Action:"'),
        blockers: searched('comments on issues of PROJ; lines that begin with "Blocker:"'),
        notes: searched('comments on issues of PROJ; lines that begin with "Note:"'),
        artefacts: searched('merged merge requests of group/app; runs of PROJ'),
        gaps: [],
      }).trimEnd(),
    },
  ],
};

/** What stands in comments of Jira tickets. */
export const TICKET_MESSAGES: readonly MessageGroup[] = [PROGRESS, SHADOW, NOTICES, ASK_AGAIN, APPROVE, WEEK];
