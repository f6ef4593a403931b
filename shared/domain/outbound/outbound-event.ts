import { createHash } from 'node:crypto';
import type { EventType } from '../mapping/event-rules.ts';

/**
 * What a webhook is notified of. Fields that are not known are absent. The body of the format `generic` is this, as
 * JSON.
 */
export type OutboundEvent = RunOutboundEvent | CredentialOutboundEvent | WeeklyOutboundEvent;

interface Common {
  schemaVersion: 1;
  /** The same whenever this event is sent again. */
  id: string;
  /** When it happened, or when a webhook is notified of a credential that ends; ISO 8601 in UTC. */
  time: string;
  /** What a person can do. */
  nextStep?: string;
}

export interface RunOutboundEvent extends Common {
  type: Exclude<EventType, 'credential.ending'>;
  /** Without a project where the binding has none. */
  binding: { jiraProject?: string; repo: string };
  run: { id: string; kind: string };
  /** Of a run that works on a ticket. */
  ticket?: { key: string; url?: string };
  mergeRequest?: { iid?: number; url: string };
  /** One word: `merge-request`, `question`, `no-changes`, `reviewed`, `failed`, ...; absent at the start. */
  outcome?: string;
  /** The catalogue's word for a failure, and its sentence. */
  failure?: { code: string; sentence: string };
  /** In the agent's words, masked and cut. */
  summary?: string;
}

export interface CredentialOutboundEvent extends Common {
  type: 'credential.ending';
  credential: {
    alias: string;
    /** The day it ends; absent where GitLab only refused it. */
    expiresAt?: string;
    /** Whole days; negative once it has ended or was revoked. */
    daysLeft: number;
  };
  /** Jira projects whose bindings use it and notify this webhook. */
  jiraProjects: string[];
  /** Repositories of such bindings without a Jira project; absent where there are none. */
  repositories?: string[];
}

export interface WeeklyOutboundEvent extends Common {
  type: 'report.weekly';
  /** `2026-W05` */
  week: string;
  /** ISO 8601 in UTC. */
  since: string;
  until: string;
  jiraProjects: string[];
  /** How many there are of each, whether or not the text has room for them. */
  counts: Record<'done' | 'inProgress' | 'backlog' | 'decisions' | 'actions' | 'blockers' | 'artefacts', number>;
  /** Sentences for a channel, one for each section that has something. */
  lines: string[];
  /** The whole report, cut where it is very long. */
  markdown: string;
}

/** The id of an event from what it is about. Without a dot, which separates the parts of what is signed. */
export function buildEventId(...about: (string | number)[]): string {
  return `evt_${createHash('sha256').update(about.join('\n')).digest('hex').slice(0, 32)}`;
}
