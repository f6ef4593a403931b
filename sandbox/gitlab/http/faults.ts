import { setTimeout as delay } from 'node:timers/promises';

/** Which requests a fault hits: a part of `METHOD /path` (with the query), or a pattern for it. */
type FaultMatch = string | RegExp;

export type Fault =
  /** Answers with a status instead of doing anything. */
  | { kind: 'fail'; match: FaultMatch; times?: number; status: number; headers?: Record<string, string>; body?: string }
  /** Waits this many real milliseconds before doing it. */
  | { kind: 'delay'; match: FaultMatch; times?: number; ms: number }
  /** Waits for something before doing it, which a test decides. */
  | { kind: 'delay'; match: FaultMatch; times?: number; until: Promise<unknown> }
  /** Breaks the connection: before doing it, or after it was done so that only the answer is lost. */
  | { kind: 'drop'; match: FaultMatch; times?: number; when?: 'before' | 'after' }
  /** Does nothing and answers 200 with a page instead of JSON, as a proxy does. */
  | { kind: 'garbage'; match: FaultMatch; times?: number; body?: string };

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that hits this request, used up by one. Delays are waited for here. */
  take(line: string): Promise<Exclude<Fault, { kind: 'delay' }> | undefined>;
}

/** Faults hit in the order they were added; `times` is 1 unless given, `Infinity` means until cleared. */
export function createFaults(): Faults {
  let pending: { fault: Fault; left: number }[] = [];

  function next(line: string, wantsDelay: boolean): Fault | undefined {
    const hit = pending.find(({ fault }) => (fault.kind === 'delay') === wantsDelay && matches(fault.match, line));
    if (!hit) return undefined;
    hit.left -= 1;
    if (hit.left <= 0) pending = pending.filter((candidate) => candidate !== hit);
    return hit.fault;
  }

  return {
    add(fault) {
      pending.push({ fault, left: fault.times ?? 1 });
    },
    clear() {
      pending = [];
    },
    async take(line) {
      const slow = next(line, true);
      if (slow?.kind === 'delay') await ('until' in slow ? slow.until : delay(slow.ms));
      const fault = next(line, false);
      return fault?.kind === 'delay' ? undefined : fault;
    },
  };
}

function matches(match: FaultMatch, line: string): boolean {
  return typeof match === 'string' ? line.includes(match) : match.test(line);
}
