import { describeEnding } from '../messages/format-credential-ending.ts';
import type { OutboundEvent, RunOutboundEvent } from './outbound-event.ts';

/** An event as a person reads it in a channel; plain text, to be escaped as the channel wants. */
export interface ChatLines {
  title: string;
  /** Paragraphs. */
  text: string[];
  links: { title: string; url: string }[];
}

/** The words of an event for a channel. */
export function describeEvent(event: OutboundEvent): ChatLines {
  const next = event.nextStep === undefined ? [] : [`Next: ${event.nextStep}`];
  if (event.type === 'credential.ending') {
    const { alias, expiresAt, daysLeft: days } = event.credential;
    const ending = describeEnding({ days, ...(expiresAt === undefined ? {} : { expiresAt }) });
    return {
      title: `The GitLab credential ${alias} ${ending}`,
      text: [`Used by ${[...event.jiraProjects, ...(event.repositories ?? [])].join(', ')}.`, ...next],
      links: [],
    };
  }
  if (event.type === 'report.weekly') {
    const { week, jiraProjects, lines } = event;
    return {
      title: jiraProjects.length > 0 ? `Week ${week} of ${jiraProjects.join(', ')}` : `Week ${week}`,
      text: [...lines, ...next],
      links: [],
    };
  }
  const { ticket, mergeRequest, failure, summary } = event;
  return {
    title: `${nameSubject(event)}: ${describeMoment(event)}`,
    text: [...(failure ? [failure.sentence] : []), ...(summary === undefined ? [] : [summary]), ...next],
    links: [
      ...(ticket?.url === undefined ? [] : [{ title: `Ticket ${ticket.key}`, url: ticket.url }]),
      ...(mergeRequest ? [{ title: nameMergeRequest(mergeRequest), url: mergeRequest.url }] : []),
    ],
  };
}

function nameSubject({ ticket, mergeRequest, binding }: RunOutboundEvent): string {
  return ticket?.key ?? `${binding.repo}${mergeRequest?.iid === undefined ? '' : `!${mergeRequest.iid}`}`;
}

function nameMergeRequest({ iid }: NonNullable<RunOutboundEvent['mergeRequest']>): string {
  return iid === undefined ? 'Merge request' : `Merge request !${iid}`;
}

function describeMoment({ type, outcome = '', run }: RunOutboundEvent): string {
  if (type === 'run.started')
    return run.kind === 'coding' ? 'the agent has started' : `the agent has started (${run.kind})`;
  return OUTCOMES[outcome] ?? `the agent has ended: ${outcome}`;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  'merge-request': 'there is a merge request',
  question: 'the agent has a question',
  plan: 'the agent has a plan and waits for approval',
  'no-changes': 'the agent found nothing to change',
  reviewed: 'the agent has reviewed it',
  'shadow-change': 'the agent made a change in shadow, to be judged',
  'shadow-nothing': 'the agent would have changed nothing',
  'shadow-review': 'the agent made a review in shadow, to be judged',
  'nothing-new': 'the agent found nothing new to review',
  answered: 'the agent has answered',
  failed: 'the agent stopped and needs a person',
  superseded: 'the agent stopped, because there is a newer request',
  cancelled: 'the agent was stopped by a person',
};
