import { toIso } from '../../kernel/to-iso.ts';
import type { Trigger } from '../mapping/binding.ts';
import { type AskRefusal, MAX_ASKS_PER_HOUR } from '../runs/ask-refusal.ts';
import type { ReplyTask, ReviewTask, UpdateTask } from '../runs/task.ts';

/** The comment on a ticket that waits for others. */
export function formatBlocked(waitsFor: readonly string[]): string {
  const list = waitsFor.map((key) => `- ${key}`).join('\n');
  return `**The agent waits with this ticket until what blocks it is done:**\n\n${list}\n\nIt begins by itself then. To let it begin now, remove the link.`;
}

/** What that comment becomes when nothing is waited for any more. */
export function formatUnblocked({ started }: { started: boolean }): string {
  return started
    ? '**Nothing blocks this ticket any more: the agent has started.**'
    : '**The agent does not wait with this ticket any more:** it left the status that starts work.';
}

/** The one comment on a ticket where a request started nothing. */
export function formatRefused(reason: AskRefusal): string {
  switch (reason) {
    case 'asker-not-a-person':
      return '**The agent takes requests from people of this Jira site only.** A comment of a customer or of an app starts no work. A member of the team can ask in a comment of their own.';
    case 'asker-not-named':
      return '**The agent takes requests in this project only from members of the groups or roles its configuration names.** A member can ask in a comment of their own, or the platform team adds the account.';
    case 'asker-unknown':
      return '**The agent could not find out who may ask in this project, so it starts nothing.** The platform team has to let the account of the agent see groups and roles in Jira.';
    case 'asked-too-often':
      return `**The agent was asked ${MAX_ASKS_PER_HOUR} times on this ticket within an hour, which is the limit.** Write again later: a comment starts work again when an hour has passed.`;
  }
}

/** The one comment on a ticket where the answer of an account about a change in shadow is not counted. */
export function formatRatingRefused(reason: AskRefusal): string {
  switch (reason) {
    case 'asker-not-a-person':
      return '**The agent counts answers about what it tried only from people of this Jira site.** A `yes` or `no` of a customer or of an app is not counted. A member of the team can answer in a comment of their own.';
    case 'asker-unknown':
      return '**The agent could not find out whose answers count in this project, so it counted none.** The platform team has to let the account of the agent see groups and roles in Jira; answer again then.';
    case 'asker-not-named':
    case 'asked-too-often':
      return '**The agent counts answers about what it tried only from members of the groups or roles its configuration names.** A member can answer `yes` or `no` in a comment of their own, or the platform team adds the account.';
  }
}

/** The comment on a ticket whose run has to wait for its turn. It says the same however often the run is put off. */
export function formatQueued(wait: QueuedWait): string {
  switch (wait.reason) {
    case 'budget':
      return `**The agent begins on ${formatUtc(wait.until)}.** ${formatSpent(wait)}`;
    case 'month-budget':
      return `**The agent begins on ${formatUtc(wait.until)}.** ${formatMonthSpent(wait)}`;
    case 'price-unknown':
      return formatPriceUnknown(wait);
    case 'promised':
      return `**The agent begins as soon as it is its turn here.** The tokens ${formatPromised(wait)} are set aside for runs that are at work; what those leave is free when they end.`;
    case 'concurrency':
      return `**The agent begins as soon as it is its turn here.** ${wait.project === undefined ? 'As many runs as this deployment may work on at once' : `As many runs as the project ${wait.project} may have at once`} are at work.`;
  }
}

/** What the note on a merge request becomes when its run goes on or has ended. */
export function formatNoLongerQueued(): string {
  return '**The agent does not wait with this merge request any more.**';
}

function formatSpent({ project, spent }: { project: string; spent: 'runs' | 'tokens' }): string {
  return spent === 'runs'
    ? `All runs the project ${project} may have per day are used up for today.`
    : `Of the tokens the project ${project} may use per day too few are left for today.`;
}

function formatMonthSpent({ project, spent }: Omit<MonthWait, 'reason' | 'until'>): string {
  const [who, fields] = project === undefined ? ['this deployment', DEPLOYMENT] : [`the project ${project}`, BINDING];
  const earlier = `It begins earlier when the platform team raises \`${fields[spent]}\`${project === undefined ? '' : ' of the project'}; nothing has to be done here.`;
  switch (spent) {
    case 'runs':
      return `All runs ${who} may have per month are used up for this month. ${earlier}`;
    case 'tokens':
      return `Of the tokens ${who} may use per month too few are left for this month. ${earlier}`;
    case 'cost':
      return `The money ${who} may spend per month is spent for this month. ${earlier}`;
  }
}

const BINDING = { runs: 'runs_per_month', tokens: 'tokens_per_month', cost: 'cost_per_month' } as const;
const DEPLOYMENT = { runs: 'RUNS_PER_MONTH', tokens: 'TOKENS_PER_MONTH', cost: 'COST_PER_MONTH' } as const;

function formatPriceUnknown({ project, model }: PriceWait): string {
  const who = project === undefined ? 'This deployment' : `The project ${project}`;
  const what =
    model === undefined
      ? 'the model it works with has no name by which it could have a price'
      : `the model \`${model}\` has no price`;
  return `**The agent waits with this until the price of its model is known.** ${who} may spend a certain amount of money per month, and ${what}, so what it spends could not be counted. The platform team adds the price to \`MODEL_PRICES\`, or takes the limit away. The agent looks again each day at 00:00 UTC.`;
}

function formatPromised({ project, month }: PromisedWait): string {
  const who = project === undefined ? 'this deployment' : `the project ${project}`;
  return `${who} may still use ${month ? 'this month' : 'today'}`;
}

interface MonthWait {
  reason: 'month-budget';
  /** Absent: the budget of the deployment. */
  project?: string;
  spent: 'runs' | 'tokens' | 'cost';
  until: number;
}

interface PriceWait {
  reason: 'price-unknown';
  /** Absent: the budget of the deployment. */
  project?: string;
  /** Absent: the deployment names none. */
  model?: string;
}

interface PromisedWait {
  reason: 'promised';
  /** Absent: the budget of the deployment. */
  project?: string;
  /** Of the month, and not of the day. */
  month?: true;
}

export type QueuedWait =
  | { reason: 'budget'; project: string; spent: 'runs' | 'tokens'; until: number }
  | MonthWait
  | PriceWait
  /** Not used up: runs at work have been promised what is left. */
  | PromisedWait
  /** Without a project it is the limit of the whole deployment that is reached. */
  | { reason: 'concurrency'; project?: string };

/** What a run's comment becomes when its ticket left the trigger before or while it was worked on. */
export function formatMovedOn(): string {
  return '**The agent stopped, because the ticket was moved on.** Ask again when it should go on.';
}

/** What a run's comment becomes when its ticket was moved to another project, under another key. */
export function formatInOtherProject(): string {
  return '**The agent stopped, because the ticket was moved to another project.** If that project is mapped to a repository, the agent works there once the ticket asks for it.';
}

/** What a run's comment becomes when the note that asked for it lets no files pass any more. */
export function formatAllowGone(): string {
  return '**The agent let nothing pass.** The note that was to let files pass is gone, or says something else by now.';
}

/** What a run's comment becomes when another run works on the same request. */
export function formatAnsweredElsewhere(): string {
  return '**The agent answers this request in another run.** That run has a comment of its own.';
}

/** The comment on a ticket in which a credential of this deployment stands. */
export function formatCredentialPasted(): string {
  return '**A credential that this deployment of the agent uses stands in this ticket.** Everyone who can see the ticket can use it, also after it is edited, because Jira keeps the history. Rotate the credential now, and remove it from the text. The agent has passed it on nowhere: it reads and writes it as `[secret]`.';
}

/** In the result: Jira did not let the agent move the ticket to review. */
export function formatNotMoved(problem: string): string {
  return `The ticket could not be moved to review: ${problem}`.trim();
}

/** In the result: a person moved the ticket while the agent worked, and the agent does not overwrite that. */
export function formatMovedMeanwhile(status: string): string {
  return `The ticket was moved to "${status}" meanwhile and stays there.`;
}

/** In the result: the ticket was moved to another project while the agent worked. */
export function formatLeftInOtherProject(issueKey: string): string {
  return `The ticket was moved to another project meanwhile, as ${issueKey}: its status and assignee are left alone there.`;
}

/** In the result: summary or description are not what the agent has read. */
export function formatTextChanged(askAgain: string): string {
  return `**The text of this ticket was changed while the agent worked.** The change in the merge request was made for the text as it was at the start. If the new text asks for something else, say what is missing in a comment. ${askAgain}`;
}

export interface EndedNote {
  iid: number;
  url: string;
  /** Names, safe to stand in Markdown. */
  mergedBy?: string;
  reviewers: string[];
  /** Who approved it, where GitLab shows that. */
  approvedBy: string[];
  asksForMore: boolean;
  /** Why the ticket could not be moved. */
  problem?: string;
}

/** The comment after the merge. */
export function formatMerged(note: EndedNote): string {
  const { iid, url, mergedBy, reviewers, approvedBy, asksForMore, problem } = note;
  const by = mergedBy === undefined ? '' : ` by ${mergedBy}`;
  const reviewed =
    reviewers.length === 0
      ? 'It names no reviewer.'
      : `${reviewers.length === 1 ? 'Reviewer' : 'Reviewers'}: ${reviewers.join(', ')}.`;
  const approved = approvedBy.length === 0 ? '' : ` Approved by ${approvedBy.join(', ')}.`;
  const lines = [`**Merge request [!${iid}](${url}) was merged${by}.** ${reviewed}${approved}`];
  if (asksForMore) lines.push('More work was asked for meanwhile, so the ticket stays where it is.');
  if (problem !== undefined) lines.push(`The ticket could not be moved: ${problem}`.trim());
  return lines.join('\n\n');
}

/** The comment after a merge request was closed without being merged. */
export function formatClosed({ iid, url, asksForMore }: Pick<EndedNote, 'iid' | 'url' | 'asksForMore'>): string {
  const next = asksForMore
    ? 'More work was asked for meanwhile; it goes to the same branch.'
    : 'The ticket stays where it is. Ask again for another attempt on the same branch, or close the ticket.';
  return `**Merge request [!${iid}](${url}) was closed without being merged.** ${next}`;
}

/**
 * How a person starts the next run of a ticket. `standsThere`: it is still in its trigger, so that being there is no
 * news.
 */
export function formatAskAgain(trigger: Trigger, { standsThere }: { standsThere: boolean }): string {
  switch (trigger.kind) {
    case 'status':
      return standsThere
        ? `To start it again, move this ticket out of "${trigger.status}" and back.`
        : `To start it again, move this ticket to "${trigger.status}".`;
    case 'assignee':
      return 'To start it again, assign this ticket to the agent.';
    case 'label':
      return standsThere
        ? `To start it again, take the label "${trigger.label}" off and put it on again.`
        : `To start it again, put the label "${trigger.label}" on.`;
  }
}

/** The same on a merge request, for what was done there. */
export function formatAskAgainThere(kind: 'review' | 'reply' | 'target' | 'pipeline' | 'ready' | 'findings'): string {
  switch (kind) {
    case 'review':
      return 'To start it again, write `/copilot review` on the merge request.';
    case 'reply':
      return 'To start it again, ask once more in the thread.';
    case 'target':
      return 'To start it again, write `/copilot rebase` on the merge request.';
    case 'ready':
      return 'Take it out of draft by hand where it is ready.';
    case 'findings':
      return 'The findings stay open in their threads. To have one of them mended, answer there and say so.';
    case 'pipeline':
      return 'To start it again, say in a thread of the merge request what should be repaired: name the agent, or begin with `/copilot`.';
  }
}

/** What `formatAskAgainThere` is told about the run of a task. */
export function placeToAskAgain(task: ReviewTask | ReplyTask | UpdateTask): Parameters<typeof formatAskAgainThere>[0] {
  if (task.kind !== 'update') return task.kind;
  switch (task.cause.kind) {
    case 'green':
      return 'ready';
    case 'pipeline':
    case 'findings':
      return task.cause.kind;
    default:
      return 'target';
  }
}

/** `2026-01-06 at 00:00 UTC`. */
function formatUtc(at: number): string {
  const iso = toIso(at);
  return `${iso.slice(0, 10)} at ${iso.slice(11, 16)} UTC`;
}
