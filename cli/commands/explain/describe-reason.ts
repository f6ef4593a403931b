import type { AllowRefusal } from '../../../shared/domain/runs/allow-refusal.ts';
import { type AskRefusal, MAX_ASKS_PER_HOUR } from '../../../shared/domain/runs/ask-refusal.ts';
import type { OwnReviewEnd } from '../../../shared/domain/runs/own-review-end.ts';
import type { RouteProblem } from '../../../shared/domain/runs/route-problem.ts';
import type { CodingSkipReason } from '../../../shared/domain/tasks/plan-coding.ts';
import type { RatingSkipReason } from '../../../shared/domain/tasks/plan-rating.ts';
import type { ReplySkipReason } from '../../../shared/domain/tasks/plan-reply.ts';
import type { ReviewSkipReason } from '../../../shared/domain/tasks/plan-review.ts';
import type { ReworkSkipReason } from '../../../shared/domain/tasks/plan-rework.ts';

/** What a skip reason means and what a person can do; unknown words are shown as they are. */
export interface ReasonWords {
  why: string;
  next: string;
}

/** In the words of a sentence that begins with the issue or merge request. */
export function describeReason(reason: string, detail?: string): ReasonWords {
  const words = new Map<string, ReasonWords>(Object.entries(WORDS)).get(reason) ?? {
    why: `was skipped: ${reason}`,
    next: 'Look the word up in docs/runbook.md.',
  };
  return detail ? { ...words, why: `${words.why} (${detail})` } : words;
}

/** Why the agent left what its own review found to people; `undefined` for a word that is none of these. */
export function describeGivenUp(reason = 'unknown'): ReasonWords | undefined {
  return new Map<string, ReasonWords>(Object.entries(WORDS)).get(`own-review-${reason}`);
}

type KnownReason =
  | CodingSkipReason
  | ReworkSkipReason
  | AskRefusal
  | RouteProblem
  | ReviewSkipReason
  | ReplySkipReason
  | RatingSkipReason
  | `own-review-${Exclude<OwnReviewEnd, 'off' | 'nothing-found' | 'fixed'>}`
  | AllowRefusal['reason']
  | 'allow-gone'
  | 'bot-reviewed-often'
  | 'target-branch-gone'
  | 'unreadable'
  | 'search-refused'
  | 'key-changed';

const WORDS: Readonly<Record<KnownReason, ReasonWords>> = {
  'unbound-project': {
    why: 'belongs to a project without a binding',
    next: 'Add a binding for the project and reload the map.',
  },
  'not-triggered': {
    why: 'is not in its trigger',
    next: 'Move it to the trigger status of its binding (or assign or label it, as the binding says).',
  },
  blocked: { why: 'waits for issues that block it', next: 'Nothing to do: it starts when they are done.' },
  'own-change': { why: 'was changed by cmap itself', next: 'Nothing to do.' },
  'claimed-elsewhere': {
    why: 'is worked on by another deployment of cmap',
    next: 'Nothing to do: it is looked at again when that claim ends.',
  },
  'issue-done': { why: 'is done already, so a comment starts nothing', next: 'Move it to the trigger status.' },
  'no-earlier-run': {
    why: 'got a comment for cmap before cmap had worked on it',
    next: 'Move it to the trigger status.',
  },
  'run-waiting': { why: 'has a run that waits and will read the comment', next: 'Nothing to do.' },
  'allow-of-nothing': {
    why: 'got `/copilot allow`, and no refused work of it waits to be let pass',
    next: 'Ask for the change in a comment.',
  },
  'allow-of-other-files': {
    why: 'got `/copilot allow` for files that its newest refused run was not refused for',
    next: 'Write the line again with the files that `cmap run show` names as refused.',
  },
  'allow-never': {
    why: 'got `/copilot allow` for a file that no person lets pass',
    next: 'Ask for the change without it; `cmap run show` has the rules.',
  },
  'allow-off': {
    why: 'got `/copilot allow`, which its binding takes from no person',
    next: 'Make that part by hand, or set `allow_refused` in the binding.',
  },
  'allow-edited': {
    why: 'got `/copilot allow` in a comment that was edited',
    next: 'Write the line in a new comment.',
  },
  'allow-of-older-refusal': {
    why: 'got `/copilot allow` before what was refused last',
    next: 'Read that, then write the line in a new comment.',
  },
  'allow-by-no-person': {
    why: 'got `/copilot allow` of no person, or where not everyone can read it',
    next: 'Let a maintainer write the line in a comment of their own.',
  },
  'allow-person-unknown': {
    why: 'got `/copilot allow` of a person who is not known in GitLab',
    next: 'Show the same e-mail address in Jira and in GitLab, or write the line on the merge request.',
  },
  'allow-issue-done': {
    why: 'got `/copilot allow` when it was done already',
    next: 'Move it to the trigger status.',
  },
  'allow-gone': {
    why: 'got `/copilot allow` in a note that is gone, or says something else by now',
    next: 'Write the line in a new note.',
  },
  'allow-not-a-maintainer': {
    why: 'got `/copilot allow` of a person who is no maintainer of the GitLab project',
    next: 'Let a maintainer write the line.',
  },
  'report-comment': {
    why: 'was addressed by a comment that ends like a report of the agent, which may be one of another deployment',
    next: 'Ask again without the last line of the copied report.',
  },
  'own-comment': { why: 'got a comment of cmap itself', next: 'Nothing to do.' },
  'not-addressed': {
    why: 'got a comment that does not speak to cmap',
    next: 'Mention the agent, or begin the comment with /copilot.',
  },
  'anonymous-comment': {
    why: 'was addressed by a comment without an account',
    next: 'Ask again with an account that may comment on the ticket.',
  },
  'restricted-comment': {
    why: 'was addressed by a comment that not everyone who sees the ticket may read; such text reaches no prompt',
    next: 'Ask again in a comment without a restriction.',
  },
  'other-bot': { why: 'got a comment of another bot', next: 'Nothing to do: bots are not answered.' },
  'asker-not-a-person': {
    why: 'was asked for by a customer, an app or an account Jira says nothing about',
    next: 'Let a person of the Jira site ask in a comment of their own.',
  },
  'asker-not-named': {
    why: 'was asked for by an account that is in no group or role of `askers`',
    next: 'Let a member ask, or add the account to a group or role the binding names.',
  },
  'asker-unknown': {
    why: 'was asked for, and Jira does not let cmap see who is in the groups and roles of `askers`',
    next: 'Give the account of cmap the permissions to browse users and groups and to administer the project.',
  },
  'asked-too-often': {
    why: `was asked for in more than ${MAX_ASKS_PER_HOUR} comments within an hour`,
    next: 'Write a new comment when an hour has passed.',
  },
  'no-route': {
    why: 'fits no route of its project, and the binding names no repository for such issues',
    next: 'Give it the component, label, type or field that one route asks for; or set `repo` of the binding.',
  },
  'several-routes': {
    why: 'fits several routes of its project, and an issue is worked on in one repository',
    next: 'Change it so that it fits one of them, or change `when` of the routes.',
  },
  'no-version': {
    why: 'has no fix version, and its target branch is named after that',
    next: 'Set one fix version.',
  },
  'several-versions': {
    why: 'has several fix versions, and its target branch is named after one',
    next: 'Leave one of them, and make an issue for each of the others.',
  },
  'odd-version': {
    why: 'has a fix version with which its target branch would be no name of a branch',
    next: 'Rename the version in Jira, or choose another one.',
  },
  shadow: {
    why: 'got a note for cmap, whose work in this repository is in shadow and answers nothing',
    next: 'Set `mode: live` in the binding, if it should answer.',
  },
  'rating-edited': {
    why: "got a yes or no in a comment that was edited, which may be another person's word by now",
    next: 'Write it in a new comment.',
  },
  'nothing-to-rate': {
    why: 'got a yes or no, and no run in shadow had ended on it before',
    next: 'Write it once the comment of such a run is there.',
  },
  'own-note': { why: 'got a note of cmap itself', next: 'Nothing to do.' },
  'system-note': { why: 'got a note that GitLab wrote itself', next: 'Nothing to do.' },
  'internal-note': {
    why: 'got an internal note; what only members may read reaches no prompt and gets no answer',
    next: 'Ask again in a note for everyone.',
  },
  marker: { why: 'got a note that carries the mark of cmap', next: 'Nothing to do.' },
  old: { why: 'got a note that is too old to be answered', next: 'Write a new note.' },
  'resolved-thread': { why: 'got a note in a resolved thread', next: 'Reopen the thread, or write in a new one.' },
  'cap-reached': {
    why: 'got more requests than cmap answers in an hour or thread',
    next: 'Wait, or start a new thread.',
  },
  'identity-unknown': {
    why: 'was skipped because GitLab did not say who cmap is',
    next: 'Check the credential with `cmap whoami`.',
  },
  unreadable: {
    why: 'could not be read from Jira',
    next: 'Open the issue and look for fields Jira cannot show; the log has the details.',
  },
  'search-refused': { why: 'is in a project Jira does not let cmap search', next: 'Run `cmap doctor`.' },
  'key-changed': {
    why: 'is in a project whose key was changed in Jira, and no binding names the new key',
    next: 'Put the new key in jira_project and reload the map.',
  },
  'review-off': { why: 'is in a repository whose reviews are off', next: 'Set review: on in the binding.' },
  closed: { why: 'is not open', next: 'Reopen it, if it should be reviewed.' },
  draft: { why: 'is a draft', next: 'Mark it as ready, or write `/copilot review` on it.' },
  'bot-author': {
    why: 'was written by a bot',
    next: 'Write `/copilot review` on it; review.bots in the binding has all of them reviewed.',
  },
  'dependency-update': {
    why: 'is a dependency update of a bot',
    next: 'Write `/copilot review` on it; review.dependency_updates in the binding has all of them reviewed.',
  },
  'bot-reviewed-often': {
    why: 'is of a bot and was reviewed six times within a day, which is the limit',
    next: 'Write `/copilot review` on it, or wait until tomorrow.',
  },
  label: { why: 'carries a label that switches reviews off', next: 'Remove the label, or write `/copilot review`.' },
  'title-word': {
    why: 'has a word in its title that switches reviews off',
    next: 'Change the title, or write `/copilot review`.',
  },
  branch: { why: 'comes from a branch that is never reviewed', next: 'Write `/copilot review` on it.' },
  paths: { why: 'touches none of the paths the binding reviews', next: 'Write `/copilot review` on it.' },
  'too-large': { why: 'is too large to be reviewed', next: 'Split it.' },
  'already-reviewed': {
    why: 'was reviewed at this commit already',
    next: 'Push a commit, or write `/copilot review`.',
  },
  'own-duplicate-head': { why: 'is our own and was looked at already', next: 'Nothing to do.' },
  'not-on-push': { why: 'is reviewed only when it is opened', next: 'Set review.on_push, or write `/copilot review`.' },
  'target-branch-gone': {
    why: 'goes to a branch that is gone',
    next: 'Restore the branch, or change the target branch of the merge request.',
  },
  'own-review-left': {
    why: 'went to people with findings of its own review that are open',
    next: 'Look at its threads: the agent has answered what it has done. `cmap run show` of the run that mended them has the rest.',
  },
  'own-review-not-reviewed': {
    why: 'went to people without a review of its newest commit: a rule keeps it from one, or the review failed',
    next: 'Write `/copilot review` on it.',
  },
  'own-review-budget': {
    why: 'went to people before the agent mended what its review found, because a budget is used up',
    next: 'Nothing to do, or raise the budget in its binding.',
  },
  'own-review-person-spoke': {
    why: 'went to people because a person has spoken there, who may want it otherwise',
    next: 'Answer in a thread what the agent should mend.',
  },
  'own-review-head-of-a-person': {
    why: 'went to people because a person has pushed, and the agent mends only what it has made',
    next: 'Answer in a thread what the agent should mend.',
  },
  'own-review-work-unknown': {
    why: 'went to people because the run that opened it is not known any more',
    next: 'Nothing to do.',
  },
  'no-new-commits': { why: 'was edited without new commits', next: 'Nothing to do.' },
  paused: { why: 'was paused by a person', next: 'Write `/copilot resume` on it.' },
};
