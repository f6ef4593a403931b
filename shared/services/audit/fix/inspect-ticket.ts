import type { Fix } from '../../../domain/audit/fix/fix.ts';
import {
  formatCreated,
  formatCreating,
  formatNotCreated,
  formatTicket,
  readCreatedKey,
} from '../../../domain/audit/fix/format-fix-note.ts';
import { createKeyReader } from '../../../domain/audit/keys/key-reader.ts';
import { changeLabel, DUPLICATE_LABEL } from '../../../domain/audit/report/change-label.ts';
import type { IssueType } from '../../../domain/ports/jira.ts';
import { TaskError } from '../../../kernel/errors.ts';
import { fitText } from '../../../kernel/text/fit-text.ts';
import { oneLine } from '../../../kernel/text/one-line.ts';
import { toIso } from '../../../kernel/to-iso.ts';
import type { FixDeps } from './fix-deps.ts';
import type { FixStep } from './fix-step.ts';
import { byNumber, INDEX_LAG_MS } from './list-twins.ts';
import { findOwnComment, findOwnNote, type OwnNote, type Written } from './own-note.ts';
import { searchTickets, settleTickets } from './settle-tickets.ts';

type NewTicket = Extract<Fix, { kind: 'create-ticket' }>;
type Found = { key: string; url: string };

/** After these Jira may have done what it was asked. */
const MAYBE_DONE: ReadonlySet<string> = new Set(['jira-unavailable', 'unexpected']);

/** Jira refuses longer ones. */
const MAX_SUMMARY = 255;

/**
 * Whether a change can get a ticket of its own. It is found again by the note on the change, and by its label. The note
 * is written before the ticket is created and completed afterwards: after a crash in between, it says that a ticket may
 * be there which Jira's search does not show yet, and for that time none is created.
 *
 * Two processes may create one each all the same: in the same moment, or as accounts that do not believe each other's
 * notes. So each looks by key after it has created one: the ticket with the lowest number stays, and the others
 * are taken out of the release.
 */
export async function inspectTicket(fix: NewTicket, deps: FixDeps): Promise<FixStep> {
  const { jira, clock, bindings } = deps;
  const note = await findNote(fix, deps);
  if ('refused' in note) return { kind: 'refused', says: note.refused };
  const [named] = createKeyReader(bindings.flatMap(({ jiraProject }) => jiraProject ?? [])).inText(note.title ?? '');
  if (named !== undefined) return { kind: 'nothing', says: `its title names ${named} by now` };

  const [ticket, ...duplicates] = await findTickets(fix, note, deps);
  if (ticket) return completeNote(fix, { ticket, hasDuplicates: duplicates.length > 0 }, note, deps);
  const creating = formatCreating(fix, fix.fixVersion);
  const begun = listWritten(note).find(
    ({ text, writtenAt }) => text === creating && clock.now() - writtenAt < INDEX_LAG_MS,
  );
  if (begun)
    return {
      kind: 'not-known',
      says: `a ticket was begun for it at ${toIso(begun.writtenAt)}, which the search of Jira may not show yet; try again in ten minutes`,
    };

  const version = await jira.findVersion(fix.project, fix.fixVersion);
  if (!version) return { kind: 'refused', says: `${fix.project} has no version ${fix.fixVersion}` };
  const type = chooseType(await jira.listIssueTypes(fix.project), deps);
  if ('refused' in type) return { kind: 'refused', says: `${fix.project} ${type.refused}` };
  return {
    kind: 'to-do',
    says: `create a ${type.name} in ${fix.project}: "${summaryOf(fix, deps)}"`,
    async apply() {
      await note.write(formatCreating(fix, fix.fixVersion));
      const created = await createOnce(fix, { versionId: version.id, typeId: type.id }, deps).catch(
        async (error: unknown) => {
          // Where nothing was created for sure, the note says so, and the next attempt has nothing to wait for.
          if (error instanceof TaskError && !MAYBE_DONE.has(error.code))
            await note.write(formatNotCreated(fix, fix.fixVersion));
          throw error;
        },
      );
      const { ticket: kept, says } = await settle(fix, created, version.id, deps);
      await nameTicket(fix, kept, note, deps);
      const done = kept.key === created.key ? `${kept.key} was created` : `${kept.key} was created for it meanwhile`;
      return `${done}${says}${describeNext(note)}`;
    },
  };
}

async function findNote(fix: NewTicket, deps: FixDeps): Promise<OwnNote | { refused: string }> {
  const { change } = fix;
  const found = deps.report.changes.find(({ id }) => id === change);
  if (!found) return { refused: 'the audit does not have this change' };
  const { repository, iid, commits, mergedSha } = found;
  if (iid !== null) return findOwnNote({ repository, iid }, deps);
  const sha = commits[0] ?? mergedSha;
  return sha === null ? { refused: 'the change has no commit' } : findOwnComment({ repository, change, sha }, deps);
}

/** The tickets of a change, the one that counts first: what the note names, and what the search shows. */
async function findTickets(fix: NewTicket, { text = '' }: OwnNote, { jira }: FixDeps): Promise<Found[]> {
  const key = readCreatedKey(text);
  const named = key === undefined ? undefined : await jira.findIssue(key);
  const counts = named && !named.labels.includes(DUPLICATE_LABEL) ? [named] : [];
  const found = new Map([...counts, ...(await searchTickets(fix.change, jira))].map((issue) => [issue.key, issue]));
  return byNumber([...found.keys()]).flatMap((one) => found.get(one) ?? []);
}

/** What is left to do of a ticket that is there; a process may have ended before it had done all of it. */
async function completeNote(
  fix: NewTicket,
  { ticket, hasDuplicates }: { ticket: Found; hasDuplicates: boolean },
  note: OwnNote,
  deps: FixDeps,
): Promise<FixStep> {
  const isNamed = listWritten(note).some(({ text }) => readCreatedKey(text) === ticket.key);
  if (isNamed && !hasDuplicates)
    return { kind: 'nothing', says: `${ticket.key} was created for it${describeNext(note)}` };
  const version = await deps.jira.findVersion(fix.project, fix.fixVersion);
  if (!version) return { kind: 'refused', says: `${fix.project} has no version ${fix.fixVersion}` };
  return {
    kind: 'to-do',
    says: hasDuplicates
      ? `keep ${ticket.key} of the tickets that were created for it`
      : `name ${ticket.key}, which was created for it, in a note`,
    async apply() {
      const { ticket: kept, says } = await settle(fix, ticket, version.id, deps);
      await nameTicket(fix, kept, note, deps);
      return `${kept.key} was created for it${says}${describeNext(note)}`;
    },
  };
}

/** The one ticket that a change keeps, and what to say of the others. */
async function settle(fix: NewTicket, { key, url }: Found, versionId: string, { jira }: FixDeps) {
  const { keeps, says } = await settleTickets({ change: fix.change, key, versionId }, jira);
  const ticket: Found = keeps === key ? { key, url } : await jira.getIssue(keeps);
  return { ticket, says };
}

function describeNext({ title }: OwnNote): string {
  return title === undefined ? '' : '; a person has to name it in the title';
}

/** An answer that is lost is no proof that nothing was created, so the ticket is looked for. */
async function createOnce(
  fix: NewTicket,
  { versionId, typeId }: { versionId: string; typeId: string },
  deps: FixDeps,
): Promise<Found> {
  try {
    return await deps.jira.createIssue({
      projectKey: fix.project,
      issueTypeId: typeId,
      summary: summaryOf(fix, deps),
      description: formatTicket(fix, fix.fixVersion),
      labels: [changeLabel(fix.change)],
      fixVersionId: versionId,
    });
  } catch (error) {
    if (!(error instanceof TaskError) || !MAYBE_DONE.has(error.code)) throw error;
    const [found] = await searchTickets(fix.change, deps.jira);
    if (found) return found;
    const detail = `It may have created the ticket all the same: look for the label ${changeLabel(fix.change)} in ten minutes, and apply again then.`;
    throw new TaskError('jira-unavailable', { cause: error, detail });
  }
}

function chooseType(types: readonly IssueType[], { issueType, report }: FixDeps): IssueType | { refused: string } {
  const noCode = report.policy.no_code.types;
  const fitting = types.filter(
    ({ name, subtask, hierarchyLevel = 0 }) => !subtask && hierarchyLevel === 0 && !noCode.includes(name),
  );
  const names = fitting.map(({ name }) => name).join(', ') || 'none';
  if (issueType !== undefined)
    return (
      fitting.find(({ name }) => name.toLowerCase() === issueType.toLowerCase()) ?? {
        refused: `has no issue type ${issueType} for a change; it has ${names}`,
      }
    );
  return fitting.find(({ name }) => name === 'Task') ?? fitting[0] ?? { refused: 'has no issue type for a change' };
}

function summaryOf({ summary }: NewTicket, { mask }: FixDeps): string {
  return fitText(oneLine(mask(summary)), MAX_SUMMARY);
}

/** A ticket that is there must be known, also where the change may not say so. */
async function nameTicket(fix: NewTicket, ticket: Found, note: OwnNote, deps: FixDeps): Promise<void> {
  try {
    await note.write(createdText(fix, ticket, deps));
  } catch (error) {
    if (!(error instanceof TaskError) || error.code === 'unexpected') throw error;
    const detail = [error.detail, `${ticket.key} was created for it; only the note that names it is missing.`];
    throw new TaskError(error.code, { cause: error, detail: detail.filter(Boolean).join(' ') });
  }
}

/** What the account itself wrote last, and what other members of the project did. */
function listWritten({ text, writtenAt = 0, ofOthers }: OwnNote): Written[] {
  return [...(text === undefined ? [] : [{ text, writtenAt }]), ...ofOthers];
}

function createdText(fix: NewTicket, ticket: Found, deps: FixDeps): string {
  return formatCreated({ ...fix, summary: deps.mask(fix.summary) }, ticket, fix.fixVersion);
}
