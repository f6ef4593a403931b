import { splitTerms } from '../../run/run-query.ts';
import type { RunCursor } from '../../run/walk-runs.ts';

/** What a person chose on the page, as it stands in the address. Empty means all. */
export interface RunFilters {
  state: string;
  binding: string;
  kind: string;
  /** A duration such as `24h`. */
  since: string;
  /** Words, or terms as `cmap run ls` takes them. */
  text: string;
  failedFirst: boolean;
  /** The list goes on after this run. */
  after?: RunCursor;
}

export function readFilters(query: Readonly<Record<string, string | undefined>>): RunFilters {
  const { state = '', binding = '', kind = '', since = '', text = '', first, after = '' } = query;
  const cursor = readCursor(after);
  return {
    state,
    binding,
    kind,
    since,
    text: text.trim(),
    failedFirst: first === 'failed',
    ...(cursor ? { after: cursor } : {}),
  };
}

/** The same in the words of `cmap run ls`. */
export function toTerms({ state, binding, kind, since, text }: RunFilters): string[] {
  return [
    ...(state === '' ? [] : [`is:${state}`]),
    ...(binding === '' ? [] : [`project:${binding}`]),
    ...(kind === '' ? [] : [`kind:${kind}`]),
    ...(since === '' ? [] : [`created:<${since}`]),
    ...splitTerms(text),
  ];
}

/** The address that shows these filters, after a run where one is given. */
export function toSearch({ state, binding, kind, since, text, failedFirst }: RunFilters, after?: RunCursor): string {
  const values = Object.entries({
    state,
    binding,
    kind,
    since,
    text,
    first: failedFirst ? 'failed' : '',
    after: after ? `${after.createdAt}~${after.runId}` : '',
  }).filter(([, value]) => value !== '');
  return values.length > 0 ? `?${new URLSearchParams(values)}` : '';
}

function readCursor(text: string): RunCursor | undefined {
  const [, createdAt, runId = ''] = /^(\d{1,15})~(run-[\w-]{1,80})$/.exec(text) ?? [];
  return createdAt === undefined ? undefined : { createdAt: Number(createdAt), runId };
}
