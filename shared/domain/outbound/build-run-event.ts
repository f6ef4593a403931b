import { cleanText } from '../../kernel/text/clean-text.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import { toIso } from '../../kernel/to-iso.ts';
import type { Binding } from '../mapping/binding.ts';
import type { EventRules, EventType } from '../mapping/event-rules.ts';
import { describeFailure } from '../messages/describe-failure.ts';
import { formatApprove } from '../messages/format-plan-report.ts';
import { formatAskAgain, formatAskAgainThere, placeToAskAgain } from '../messages/format-ticket-note.ts';
import type { Run } from '../runs/run.ts';
import { PLAN_RESULT } from '../tasks/find-waiting-plan.ts';
import { buildEventId, type RunOutboundEvent } from './outbound-event.ts';

/** A message in a channel is read at a glance; the ticket has all of it. */
const MAX_SUMMARY_LENGTH = 600;

export interface RunEventFacts {
  run: Run;
  binding: Binding;
  moment: 'started' | 'ended';
  /** When it started or ended, in milliseconds. */
  at: number;
}

export interface RunEventPlaces {
  gitlabUrl: string;
  /** Of the Jira site, for people. */
  siteUrl?: string | undefined;
  /** Takes secrets out of what the agent wrote. */
  redact: (text: string) => string;
}

/**
 * The event of a run, or `undefined` where the binding wants none of it. Of an end one event is sent: that a
 * person has to act, where that is so and wanted, otherwise that the run has finished.
 */
export function buildRunEvent(facts: RunEventFacts, places: RunEventPlaces): RunOutboundEvent | undefined {
  const { run, binding, at } = facts;
  const type = binding.events && chooseType(facts, binding.events);
  if (type === undefined) return undefined;
  const about: RunOutboundEvent = {
    schemaVersion: 1,
    id: buildEventId(type, run.runId),
    type,
    time: toIso(at),
    binding: {
      ...(binding.jiraProject === undefined ? {} : { jiraProject: binding.jiraProject }),
      repo: binding.repo,
    },
    run: { id: run.runId, kind: run.task.kind },
    ...pickTicket(run, places),
    ...pickMergeRequest(facts, places),
  };
  return type === 'run.started' ? about : { ...about, ...describeEnd(facts, places) };
}

function chooseType({ run, moment }: RunEventFacts, { on }: EventRules): RunOutboundEvent['type'] | undefined {
  const fitting: EventType[] =
    moment === 'started'
      ? ['run.started']
      : [...(needsPerson(run) ? (['run.needs-you'] as const) : []), 'run.finished'];
  return fitting.filter((type) => type !== 'credential.ending').find((type) => on.includes(type));
}

/** A question, a plan, a failure and what an update has left are for a person; everything else has come to its end. */
function needsPerson({ state, result }: Run): boolean {
  return state === 'failed' || LEFT_TO_A_PERSON.has(result?.what ?? '');
}

const LEFT_TO_A_PERSON: ReadonlySet<string> = new Set(['question', PLAN_RESULT, 'merge-conflict', 'pipeline-left']);

function describeEnd({ run, binding }: RunEventFacts, { redact }: RunEventPlaces): Partial<RunOutboundEvent> {
  const { state, result, code = 'unexpected' } = run;
  if (state === 'failed') {
    const { code: known, sentence, steps } = describeFailure({ ...run, code });
    return {
      outcome: 'failed',
      failure: { code: known, sentence },
      nextStep: [...steps, ...adviseAgain(run, binding)].join(' '),
    };
  }
  // Redacted before it is cut, so that no cut leaves half a secret.
  const summary = fitText(cleanText(redact(result?.summary ?? '')).trim(), MAX_SUMMARY_LENGTH);
  const nextStep = state === 'done' ? adviseNext(result?.what, binding) : undefined;
  return {
    outcome: state === 'done' ? (result?.what ?? 'done') : state,
    ...(summary === '' ? {} : { summary }),
    ...(nextStep === undefined ? {} : { nextStep }),
  };
}

/** How a person starts it again; nothing for what no person has asked for in a ticket or a merge request. */
function adviseAgain({ task }: Run, { trigger }: Binding): string[] {
  if (task.kind === 'coding') return [formatAskAgain(trigger, { standsThere: false })];
  return task.kind === 'audit' || task.kind === 'echo' ? [] : [formatAskAgainThere(placeToAskAgain(task))];
}

function adviseNext(what: string | undefined, { trigger }: Binding): string | undefined {
  if (what === 'merge-request') return 'A person has to review and merge it.';
  if (what === PLAN_RESULT) return formatApprove(trigger);
  if (what === 'merge-conflict') return 'A person has to resolve the conflict: its files are on the merge request.';
  if (what === 'pipeline-left') return 'A person has to look at the pipeline: why is on the merge request.';
  if (what !== 'question' && what !== 'no-changes') return undefined;
  return `Add what is missing to the ticket. ${formatAskAgain(trigger, { standsThere: false })}`;
}

function pickTicket({ task }: Run, { siteUrl }: RunEventPlaces): Pick<RunOutboundEvent, 'ticket'> {
  if (task.kind !== 'coding') return {};
  const key = task.issueKey;
  const site = siteUrl?.replace(/\/+$/, '');
  return { ticket: { key, ...(site === undefined ? {} : { url: `${site}/browse/${encodeURIComponent(key)}` }) } };
}

function pickMergeRequest(
  { run, binding }: RunEventFacts,
  { gitlabUrl }: RunEventPlaces,
): Pick<RunOutboundEvent, 'mergeRequest'> {
  const { task, result } = run;
  const ofTask = 'mergeRequestIid' in task ? task.mergeRequestIid : undefined;
  const iid = result?.mergeRequestIid ?? ofTask;
  const made =
    iid === undefined ? undefined : `${gitlabUrl.replace(/\/+$/, '')}/${binding.repo}/-/merge_requests/${iid}`;
  const url = result?.mergeRequestUrl ?? made;
  return url === undefined ? {} : { mergeRequest: { ...(iid === undefined ? {} : { iid }), url } };
}
