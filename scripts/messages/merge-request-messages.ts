import { formatBackPortDescription, formatBackPortTitle } from '../../shared/domain/messages/format-back-ports.ts';
import {
  formatCredentialInMergeRequest,
  formatCredentialInNote,
} from '../../shared/domain/messages/format-credential-in-note.ts';
import {
  formatMergeRequestDescription,
  formatMergeRequestTitle,
} from '../../shared/domain/messages/format-merge-request.ts';
import { formatPipelineNote } from '../../shared/domain/messages/format-pipeline-note.ts';
import { formatReadyNote } from '../../shared/domain/messages/format-ready-note.ts';
import { formatFailure } from '../../shared/domain/messages/format-run-report.ts';
import { formatShadowReview } from '../../shared/domain/messages/format-shadow-review.ts';
import { formatTargetMerge } from '../../shared/domain/messages/format-target-merge.ts';
import {
  formatAskAgainThere,
  formatNoLongerQueued,
  formatQueued,
} from '../../shared/domain/messages/format-ticket-note.ts';
import { fingerprintFinding } from '../../shared/domain/review/fingerprint-finding.ts';
import { formatFindingNote } from '../../shared/domain/review/format-finding-note.ts';
import {
  formatFixAnswer,
  formatReopened,
  formatReply,
  formatVerdict,
  type Reply,
} from '../../shared/domain/review/format-reply.ts';
import { formatSuggestion } from '../../shared/domain/review/format-suggestion.ts';
import { formatSummaryNote } from '../../shared/domain/review/format-summary-note.ts';
import { formatTooLarge } from '../../shared/domain/review/format-too-large.ts';
import type { Placement } from '../../shared/domain/review/place-finding.ts';
import type { PlannedFinding } from '../../shared/domain/review/plan-notes.ts';
import { CRITERIA, FINDING, HEAD_SHA, RUN_ID } from './examples.ts';
import type { MessageGroup } from './message.ts';

const scope = 'PROJ';
const issue = { issueKey: 'PROJ-12', issueSummary: 'Greet people on the start page' };
const position = {
  kind: 'file',
  baseSha: HEAD_SHA,
  startSha: HEAD_SHA,
  headSha: HEAD_SHA,
  oldPath: FINDING.path,
  newPath: FINDING.path,
} as const;
const asNote: Placement = { kind: 'note', path: FINDING.path, line: FINDING.startLine };
const inline: Placement = { kind: 'inline', position: { ...position, kind: 'text', newLine: 12 }, otherwise: asNote };
const planned: PlannedFinding = {
  finding: FINDING,
  identity: fingerprintFinding(FINDING, []),
  placement: inline,
  suggestion: { kind: 'applicable', markdown: formatSuggestion(FINDING.suggestion ?? '', { above: 0, below: 0 }) },
};
const summary = {
  summary:
    'Greets people by name on the start page. The change is small and tested; one defect should be mended first.',
  range: { kind: 'full', because: 'first' },
  headSha: HEAD_SHA,
  scope,
  posted: [FINDING],
  notInline: [],
  noticed: [],
  resolved: 0,
  partly: 0,
  reopened: 0,
  notRepeated: 0,
} as const;
const PIPELINE = 'https://gitlab.example.com/group/app/-/pipelines/812';
const nit = { ...FINDING, severity: 'nit', title: 'The name of the function says too little' } as const;

const MERGE_REQUEST: MessageGroup = {
  title: 'The merge request',
  about:
    'Texts of the ticket and of the agent are made neutral: no quick action, mention or closing word in them does anything.',
  messages: [
    { when: 'it is opened: the title', text: formatMergeRequestTitle(issue) },
    {
      when: 'it is opened: the description',
      text: formatMergeRequestDescription({
        ...issue,
        issueUrl: 'https://example.atlassian.net/browse/PROJ-12',
        summary: 'Adds the greeting to the start page and a test for it.',
        plan: '1. Read the start page\n2. Add the greeting\n3. Test it',
        criteria: CRITERIA,
        checks: ['`npm test` passed (validate)'],
        runId: RUN_ID,
      }),
    },
    {
      when: 'it was reworked, and no person has edited it since: the description',
      text: formatMergeRequestDescription({
        ...issue,
        issueUrl: 'https://example.atlassian.net/browse/PROJ-12',
        summary: 'Adds the greeting to the start page and a test for it.',
        reworks: ['Escapes the name, as asked in the review.'],
        checks: ['`npm test` passed (validate)'],
        runId: RUN_ID,
      }),
    },
    { when: 'it is a back-port: the title', text: formatBackPortTitle({ ...issue, branch: 'release/2.4.1' }) },
    {
      when: 'it is a back-port: the description',
      text: formatBackPortDescription({
        ...issue,
        issueUrl: 'https://example.atlassian.net/browse/PROJ-12',
        branch: 'release/2.4.1',
        iid: 7,
      }),
    },
    {
      when: 'it is a back-port whose conflicts the agent has resolved: the description',
      text: formatBackPortDescription({
        ...issue,
        issueUrl: 'https://example.atlassian.net/browse/PROJ-12',
        branch: 'release/2.4.1',
        iid: 7,
        resolved: {
          files: ['src/start.ts'],
          summary: 'The page of this release has no `greet`, so the name is put together in place.',
          checks: ['`npm test` passed'],
        },
      }),
    },
    { when: 'a run on it has to wait', text: formatQueued({ reason: 'concurrency', project: 'PROJ' }) },
    { when: 'that run goes on', text: formatNoLongerQueued() },
    { when: 'it is too large to be reviewed', text: formatTooLarge('3f2a9c1b7d5e4f60718293a4b5c6d7e8f9012345') },
    {
      when: 'a review of it failed',
      text: `${formatFailure({ code: 'agent-budget-exhausted' })}\n\n${formatAskAgainThere('review')}\n\nRun \`${RUN_ID}\``,
    },
    {
      when: 'GitLab found a conflict, `merge_target` is on, and the agent resolved it',
      text: formatTargetMerge({
        what: 'merged',
        targetBranch: 'main',
        commitSha: HEAD_SHA,
        resolved: ['src/greet.ts'],
        summary: 'Both greetings are kept; the one of the target branch comes first.',
      }),
    },
    ...(['left', 'unshowable', 'protected', 'outside-paths'] as const).map((why) => ({
      when: {
        left: 'the agent left the conflict',
        unshowable: 'the conflict is one that no text shows',
        protected: 'the conflict is in a protected file',
        'outside-paths': 'the conflict is outside the `paths` of the binding',
      }[why],
      text: formatTargetMerge({ what: 'unresolved', targetBranch: 'main', files: ['src/greet.ts'], why }),
    })),
    {
      when: 'nothing is to be merged on `/copilot rebase`',
      text: formatTargetMerge({ what: 'up-to-date', targetBranch: 'main' }),
    },
    {
      when: 'the merge of its target branch failed',
      text: `${formatFailure({ code: 'validation-failed' })}\n\n${formatAskAgainThere('target')}\n\nRun \`${RUN_ID}\``,
    },
    {
      when: 'its pipeline failed, `repair_pipelines` is on, and the agent repaired it',
      text: formatPipelineNote({
        what: 'repaired',
        url: PIPELINE,
        jobs: ['test', 'lint'],
        commitSha: HEAD_SHA,
        summary: 'The greeting was called with two names; the test expects one.',
      }),
    },
    ...(['no-job', 'manual-job', 'not-by-the-code', 'tried-twice', 'same-failure', 'no-change'] as const).map(
      (why) => ({
        when: `its pipeline is left to people (\`${why}\`)`,
        text: formatPipelineNote({ what: 'left', url: PIPELINE, jobs: why === 'no-job' ? [] : ['test'], why }),
      }),
    ),
    {
      when: 'the repair of its pipeline failed',
      text: `${formatFailure({ code: 'change-refused' })}\n\n${formatAskAgainThere('pipeline')}\n\nRun \`${RUN_ID}\``,
    },
    {
      when: 'mending what its own review has found failed',
      text: `${formatFailure({ code: 'validation-failed' })}\n\n${formatAskAgainThere('findings')}\n\nRun \`${RUN_ID}\``,
    },
    {
      when: '`merge_request.ready` is `when-green`, its pipeline has passed, and the agent took it out of draft',
      text: formatReadyNote({ pipelineUrl: PIPELINE, criteria: 3, by: 'agent' }),
    },
    {
      when: 'the agent reviews its merge requests, and that review has marked the criteria',
      text: formatReadyNote({ pipelineUrl: PIPELINE, criteria: 3, by: 'review' }),
    },
    {
      when: 'the agent could not take it out of draft',
      text: `${formatFailure({ code: 'gitlab-forbidden' })}\n\n${formatAskAgainThere('ready')}\n\nRun \`${RUN_ID}\``,
    },
    { when: 'a credential of the deployment stands in title or description', text: formatCredentialInMergeRequest() },
  ],
};

const REVIEW: MessageGroup = {
  title: 'Reviews',
  about: 'A merge request has one summary, which each review edits, and a thread for each finding.',
  messages: [
    { when: 'a first review is done', text: formatSummaryNote(summary) },
    {
      when: 'a later review is done',
      text: formatSummaryNote({
        ...summary,
        range: { kind: 'incremental', from: `7f4f2218${HEAD_SHA.slice(8)}` },
        posted: [],
        notInline: [{ finding: FINDING, where: 'note' }],
        noticed: [nit],
        leftOut: [
          { path: 'logo.png', why: 'binary' },
          { path: 'manual/start.txt', why: 'paths' },
          { path: 'package-lock.json', why: 'lock-file' },
        ],
        unreadable: 1,
        statusRefused: true,
        resolved: 2,
        partly: 1,
        reopened: 1,
        notRepeated: 3,
        criteria: CRITERIA,
      }),
    },
    {
      when: 'the change is too large to be read at once, and the budget ended before the last part',
      text: formatSummaryNote({
        ...summary,
        parts: [
          { number: 1, files: 41, from: 'api/orders.ts', to: 'api/users.ts', summary: 'Orders are checked now.' },
          { number: 2, files: 12, from: 'web/start.ts', to: 'web/user.ts', summary: 'The page greets by name.' },
        ],
        leftOut: [
          { path: 'web/zoom.ts', why: 'budget' },
          { path: 'package-lock.json', why: 'budget' },
        ],
        incomplete: true,
      }),
    },
    { when: 'a finding stands at its lines', text: formatFindingNote(planned, inline, { headSha: HEAD_SHA, scope }) },
    {
      when: 'its lines are not in the diff',
      text: formatFindingNote({ ...planned, suggestion: { kind: 'shown', reason: 'not-inline' } }, asNote, {
        headSha: HEAD_SHA,
        scope,
      }),
    },
    ...(
      [
        { when: 'new commits fix a finding', status: 'fixed', resolve: false },
        { when: 'new commits fix it and `review.resolution` is `resolve`', status: 'fixed', resolve: true },
        { when: 'new commits fix a part of it', status: 'partly', resolve: false },
      ] as const
    ).map(({ when, status, resolve }) => {
      const reason = status === 'partly' ? 'The list of names is not escaped yet.' : 'The name is escaped now.';
      return {
        when,
        text: formatVerdict({ discussionId: 'a', status, reason, reply: true, resolve }, HEAD_SHA, scope),
      };
    }),
    ...(
      [
        { when: 'the agent mends it in its own merge request', status: 'fixed', what: 'The name is escaped now.' },
        { when: 'the agent leaves it as it is there', status: 'not', what: 'The ticket asks for it as it is.' },
      ] as const
    ).map(({ when, status, what }) => {
      const fix = { discussionId: 'a', status, what };
      return { when, text: formatFixAnswer(fix, { scope, runId: RUN_ID, commitSha: HEAD_SHA }) };
    }),
    { when: 'a problem is back', text: formatReopened(HEAD_SHA, scope) },
  ],
};

const branch = 'agent/PROJ-12';
/** Every kind of answer, so that a new one is not left out. */
const REPLIES: Record<Reply['kind'], { when: string; reply: Reply }> = {
  answer: { when: 'a question was asked', reply: { kind: 'answer', text: 'The page reads it once, at the start.' } },
  question: { when: 'the agent has to know more', reply: { kind: 'question', text: 'For all languages?' } },
  'accepted-no': { when: 'a person disagrees', reply: { kind: 'accepted-no', text: 'Then it stays as it is.' } },
  'reviews-only': {
    when: 'a change was asked for, and the repository is bound without a Jira project',
    reply: { kind: 'reviews-only', branch },
  },
  'not-dismissed': {
    when: 'a person disagrees who may not push',
    reply: { kind: 'not-dismissed', text: 'That is a fair point.', branch },
  },
  changed: {
    when: 'a change was asked for',
    reply: { kind: 'changed', text: 'The name is escaped now.', commitSha: HEAD_SHA },
  },
  unchanged: {
    when: 'a change was asked for that is there already',
    reply: { kind: 'unchanged', text: 'The name is escaped already, in line 9.' },
  },
  'branch-deleted': { when: 'the branch is gone', reply: { kind: 'branch-deleted', branch } },
  'branch-moved': { when: 'a person pushed meanwhile', reply: { kind: 'branch-moved', branch } },
  fork: { when: 'the branch is in a fork', reply: { kind: 'fork', branch } },
  'no-permission': { when: 'the person who asks may not push', reply: { kind: 'no-permission', branch } },
  'cap-reached': { when: 'the limit of answers is reached', reply: { kind: 'cap-reached' } },
  closed: { when: 'the merge request is not open', reply: { kind: 'closed' } },
  paused: { when: '`/copilot pause` was asked for', reply: { kind: 'paused' } },
  resumed: { when: '`/copilot resume` was asked for', reply: { kind: 'resumed' } },
  ignored: { when: '`/copilot ignore` was asked for', reply: { kind: 'ignored' } },
  'allow-refused': {
    when: '`/copilot allow` was written by a person who is no maintainer',
    reply: { kind: 'allow-refused', refusal: { reason: 'allow-not-a-maintainer' } },
  },
  allowed: {
    when: '`/copilot allow` was written by a maintainer',
    reply: {
      kind: 'allowed',
      issueKey: 'PROJ-12',
      runId: RUN_ID,
      files: [{ path: '.gitlab-ci.yml', rule: 'protected-path' }],
    },
  },
  'target-merge': {
    when: '`/copilot rebase` was asked for, with `merge_target` on',
    reply: {
      kind: 'target-merge',
      merge: { what: 'merged', targetBranch: 'main', commitSha: HEAD_SHA, resolved: [], summary: '' },
    },
  },
  help: { when: '`/copilot help` was asked for', reply: { kind: 'help', username: 'cmap-agent' } },
};

const ANSWERS: MessageGroup = {
  title: 'Answers in threads',
  about: 'A request in a thread is answered there.',
  messages: [
    ...Object.values(REPLIES).map(({ when, reply }) => ({
      when,
      text: formatReply(reply, { scope, noteId: 1, runId: RUN_ID }),
    })),
    {
      when: 'the answer failed',
      text: `${formatFailure({ code: 'push-rejected' })}\n\n${formatAskAgainThere('reply')}\n\nRun \`${RUN_ID}\``,
    },
    { when: 'a credential of the deployment stands in the thread', text: formatCredentialInNote() },
  ],
};

const SHADOW: MessageGroup = {
  title: 'A review in shadow',
  about: 'A binding in shadow has its reviews on the board and nothing of them on the merge request (docs/trying.md).',
  messages: [
    {
      when: 'a review was made',
      text: formatShadowReview([
        { body: '**Major:** The name is ignored', position: { newPath: 'greet.mjs', newLine: 1 } },
        { body: 'Greets, but forgets whom.' },
      ]),
    },
  ],
};

/** What stands in merge requests. */
export const MERGE_REQUEST_MESSAGES: readonly MessageGroup[] = [MERGE_REQUEST, REVIEW, SHADOW, ANSWERS];
