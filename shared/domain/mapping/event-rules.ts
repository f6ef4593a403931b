/** What a deployment notifies a team of, by the words its receiver reads. */
export const EVENT_TYPES = ['run.started', 'run.finished', 'run.needs-you', 'credential.ending'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** How an event is written: signed JSON for a program, a message for a channel of Slack or Teams. */
export const EVENT_FORMATS = ['generic', 'slack', 'teams'] as const;
export type EventFormat = (typeof EVENT_FORMATS)[number];

/** Where the events of a binding go. */
export interface EventRules {
  /** Lower-cased alias of the webhook's URL, which is a secret. */
  urlRef: string;
  format: EventFormat;
  /** Never empty. */
  on: EventType[];
}

/** What an `events` block gets for what it leaves out. A message at every start is noise in a channel. */
export const EVENT_DEFAULTS = {
  format: 'generic',
  on: ['run.finished', 'run.needs-you', 'credential.ending'],
} as const satisfies { format: EventFormat; on: readonly EventType[] };
