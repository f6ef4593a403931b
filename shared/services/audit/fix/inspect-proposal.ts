import type { Fix } from '../../../domain/audit/fix/fix.ts';
import { formatProposal } from '../../../domain/audit/fix/format-fix-note.ts';
import { createKeyReader } from '../../../domain/audit/keys/key-reader.ts';
import type { FixDeps } from './fix-deps.ts';
import type { FixStep } from './fix-step.ts';
import { findOwnNote } from './own-note.ts';

/**
 * Whether a merge request can get the note that proposes a ticket for it. Its title stays as it is: that is for people.
 */
export async function inspectProposal(fix: Extract<Fix, { kind: 'propose-key' }>, deps: FixDeps): Promise<FixStep> {
  const note = await findOwnNote({ repository: fix.repository, iid: fix.mergeRequestIid }, deps);
  if ('refused' in note) return { kind: 'refused', says: note.refused };
  const [named] = createKeyReader(deps.bindings.flatMap(({ jiraProject }) => jiraProject ?? [])).inText(
    note.title ?? '',
  );
  if (named !== undefined) return { kind: 'nothing', says: `its title names ${named} by now` };
  const keys = fix.candidates.map(({ key }) => key).join(', ');
  const masked = {
    ...fix,
    candidates: fix.candidates.map((one) => ({ ...one, summary: deps.mask(one.summary) })),
    proposedTitle: deps.mask(fix.proposedTitle),
  };
  const text = formatProposal(masked, deps.report.summary.fixVersion);
  const isSaid = note.text === text || note.ofOthers.some((other) => other.text === text);
  if (isSaid) return { kind: 'nothing', says: `a note proposes ${keys}; a person has to change the title` };
  return {
    kind: 'to-do',
    says: `propose ${keys} in a note`,
    async apply() {
      await note.write(text);
      return `a note proposes ${keys}; a person has to change the title`;
    },
  };
}
