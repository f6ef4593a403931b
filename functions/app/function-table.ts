import type { HttpHandler, HttpMethod, TimerHandler } from '@azure/functions';

export interface HttpEntry {
  trigger: 'http';
  name: string;
  /** Below `/api/`. */
  route: string;
  methods: HttpMethod[];
  handler: HttpHandler;
}

export interface TimerEntry {
  trigger: 'timer';
  name: string;
  /** Six fields, UTC. */
  schedule: string;
  handler: TimerHandler;
  /** The functions that run at each tick, when there are several; each can be run alone. */
  parts?: readonly TimerEntry[];
}

/**
 * One function of the app as data. Routes, schedules and handlers stand in one table, so they can be audited on one
 * screen and served by any host that understands the table.
 */
export type FunctionEntry = HttpEntry | TimerEntry;
