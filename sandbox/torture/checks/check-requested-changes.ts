import { MARKING, MIRROR, RENOVATE } from '../environment/teams.ts';
import type { Facts } from '../facts/read-facts.ts';
import type { Violation } from './violation.ts';

/**
 * The ticket of a team that wants it says in one comment what people ask for in its merge request, as it stands at
 * rest, and nothing where nothing was asked for.
 */
export function checkRequestedChanges({
  mergeRequests,
  reports,
}: Pick<Facts, 'mergeRequests' | 'reports'>): Violation[] {
  const own = mergeRequests.filter(
    ({ author, sourceBranch }) => author.bot && new RegExp(`^agent/${MARKING}-\\d+$`).test(sourceBranch),
  );
  return own.flatMap((mergeRequest) => {
    const issueKey = mergeRequest.sourceBranch.slice('agent/'.length);
    const said = reports.filter(
      (report) =>
        report.issueKey === issueKey &&
        report.purpose === 'requested-changes' &&
        report.text.includes(`[!${mergeRequest.iid}](`),
    );
    return check(mergeRequest, issueKey, said);
  });
}

function check(
  mergeRequest: Facts['mergeRequests'][number],
  issueKey: string,
  said: readonly Facts['reports'][number][],
): Violation[] {
  const name = `${mergeRequest.project.path}!${mergeRequest.iid}`;
  const ids = [issueKey, name];
  if (said.length > 1)
    return [{ kind: 'duplicate', what: `${issueKey} has ${said.length} comments about what is asked for`, ids }];
  const text = said[0]?.text;
  const asked = mergeRequest.state === 'opened' ? listAsked(mergeRequest) : [];
  if (text === undefined)
    return asked.length === 0
      ? []
      : [{ kind: 'loss', what: `${issueKey} does not say that ${name} is to be changed`, ids }];
  const wrong = listExpected(mergeRequest, asked).filter((part) => !text.includes(part));
  if (wrong.length === 0) return [];
  return [{ kind: 'stuck', what: `${issueKey} does not say of ${name}: ${wrong.join('; ')}`, ids }];
}

function listExpected({ state }: Facts['mergeRequests'][number], asked: readonly string[]): readonly string[] {
  if (state !== 'opened') return [`which is ${state} now`];
  return asked.length > 0 ? asked : ['none is open any more'];
}

/** Each person who asks, in the words of the ticket. */
function listAsked({ changeRequesters, discussions }: Facts['mergeRequests'][number]): string[] {
  const threads = discussions.flatMap(({ notes }) => {
    const [first] = notes.filter(({ system }) => !system);
    const isOpen = notes.some(({ resolvable, resolved }) => resolvable && !resolved);
    return first && isOpen && isPerson(first.author) ? [first.author] : [];
  });
  const people = new Set([...changeRequesters.filter(isPerson), ...threads]);
  return [...people].map((person) => {
    const open = threads.filter((author) => author === person).length;
    const parts = [
      ...(changeRequesters.includes(person) ? ['requested changes'] : []),
      ...(open > 0 ? [open === 1 ? '1 open thread' : `${open} open threads`] : []),
    ];
    return `${person.name} (${parts.join(', ')})`;
  });
}

function isPerson({ bot, username }: { bot: boolean; username: string }): boolean {
  return !bot && username !== MIRROR && username !== RENOVATE;
}
