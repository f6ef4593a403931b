import { fitText } from '../../kernel/text/fit-text.ts';
import type { FindingFix } from './finding-fix.ts';

/** Of an event of a run. */
type Fields = Record<string, string | number | boolean>;

/** An event keeps 32,768 characters of JSON, and one review posts at most 25 findings. */
const MAX_WHAT = 300;

/**
 * The stage `findings` of a run: for the id of each thread what was done about it. Recorded before anything is pushed,
 * so that an attempt that takes over can still answer.
 */
export function toFixesFields(fixes: readonly FindingFix[]): Record<string, string> {
  return Object.fromEntries(
    fixes.map(({ discussionId, status, what }) => [discussionId, `${status}: ${fitText(what, MAX_WHAT)}`]),
  );
}

/** What an earlier attempt has recorded last. */
export function fromFixesEvents(events: readonly { name: string; fields?: Fields }[]): FindingFix[] {
  const fields = events.findLast(({ name }) => name === 'findings')?.fields ?? {};
  return Object.entries(fields).flatMap(([discussionId, said]) => {
    const [, status, what = ''] = /^(fixed|partly|not): ([\s\S]*)$/u.exec(String(said)) ?? [];
    return status ? [{ discussionId, status: status as FindingFix['status'], what }] : [];
  });
}
