/** Who asks for changes in a merge request of the agent, and in how many open threads. */
export interface ChangeRequester {
  /** Safe to stand in Markdown. */
  name: string;
  /** A review of theirs asks for changes. */
  byReview: boolean;
  threads: number;
}

export interface RequestedChanges {
  iid: number;
  url: string;
  /** Empty where nothing is asked for any more. */
  by: readonly ChangeRequester[];
  /** What the agent has pushed since the last of it was said. */
  pushedSince?: string | undefined;
  /** How the merge request ended: then nothing is asked for any more, however it stands there. */
  ending?: 'merged' | 'closed' | undefined;
}

const MAX_NAMED = 5;

/** One line for the ticket: who asks for changes, how much is open, what the agent has done since, or how it ended. */
export function formatRequestedChanges({ iid, url, by, pushedSince, ending }: RequestedChanges): string {
  const place = `[!${iid}](${url})`;
  if (ending) return `**Changes were asked for** in ${place}, which is ${ending} now.`;
  if (by.length === 0) return `**Changes were asked for** in ${place}, and none is open any more.`;
  const more = by.length > MAX_NAMED ? [`${by.length - MAX_NAMED} more`] : [];
  const names = [...by.slice(0, MAX_NAMED).map(describe), ...more].join(', ');
  const since = pushedSince === undefined ? '' : ` The agent has pushed ${pushedSince.slice(0, 8)} since.`;
  return `**Changes are asked for** in ${place} by ${names}.${since}`;
}

function describe({ name, byReview, threads }: ChangeRequester): string {
  const parts = [
    ...(byReview ? ['requested changes'] : []),
    ...(threads > 0 ? [threads === 1 ? '1 open thread' : `${threads} open threads`] : []),
  ];
  return `${name} (${parts.join(', ')})`;
}
