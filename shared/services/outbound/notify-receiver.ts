import type { EventPost } from '../../adapters/outbound/post-event.ts';
import type { EventFormat, EventRules } from '../../domain/mapping/event-rules.ts';
import { formatSlack } from '../../domain/outbound/format-slack.ts';
import { formatTeams } from '../../domain/outbound/format-teams.ts';
import type { OutboundEvent } from '../../domain/outbound/outbound-event.ts';
import { signEvent } from '../../domain/outbound/sign-event.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Receivers } from './receivers.ts';

export interface NotifyReceiverDeps {
  receivers: Receivers;
  /** @throws {TaskError} `events-*` */
  post: (post: EventPost) => Promise<void>;
  clock: Pick<Clock, 'now'>;
}

/** Sends an event to a webhook in the format it wants. @throws {TaskError} as `Receivers` and `post` do */
export async function notifyReceiver(
  event: OutboundEvent,
  rules: Pick<EventRules, 'urlRef' | 'format'>,
  { receivers, post, clock }: NotifyReceiverDeps,
): Promise<void> {
  const { url, name, key } = await receivers.find(rules);
  const body = JSON.stringify(format(event, rules.format));
  const headers = key ? signEvent({ id: event.id, body, now: clock.now() }, key) : {};
  await post({ url, name, body, headers });
}

function format(event: OutboundEvent, wanted: EventFormat): object {
  switch (wanted) {
    case 'generic':
      return event;
    case 'slack':
      return formatSlack(event);
    case 'teams':
      return formatTeams(event);
  }
}
