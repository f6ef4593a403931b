/** How often each thing happened. */
export interface DrainReport {
  /** Messages that came to an end of their own. */
  settled: number;
  done: number;
  /** Parked for a later attempt. */
  retried: number;
  failed: number;
  superseded: number;
  /** Back in the queue because the runner was asked to stop. */
  interrupted: number;
  /** Sent to the runners of another image. */
  moved: number;
  /** Parked because another run has the scope. */
  scopeBusy: number;
  /** Second deliveries and messages of runs that are over. */
  ignored: number;
  /** Messages that could not be read. */
  unreadable: number;
  /** Messages that were taken over or could not be settled; they come back. */
  lost: number;
}

/** What one message can be counted as. */
export type Counted = Exclude<keyof DrainReport, 'settled'>;

/** A report in which nothing has happened yet. */
export function emptyReport(): DrainReport {
  const counts = { done: 0, retried: 0, failed: 0, superseded: 0, interrupted: 0, moved: 0 };
  return { settled: 0, ...counts, scopeBusy: 0, ignored: 0, unreadable: 0, lost: 0 };
}

/** What a run that was worked on counts as, by the state it is left in and how the work ended. */
export function countAs(state: string, ending: string): Counted {
  if (ending === 'interrupted' && state === 'queued') return 'interrupted';
  if (ending === 'move' && state === 'queued') return 'moved';
  switch (state) {
    case 'done':
      return 'done';
    case 'failed':
      return 'failed';
    case 'superseded':
      return 'superseded';
    case 'parked':
      return 'retried';
    default:
      // Moved by another program or a person while we worked.
      return 'ignored';
  }
}
