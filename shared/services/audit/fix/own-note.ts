import type { GitLab, MergeRequest } from '../../../domain/ports/gitlab.ts';
import { appendMarker, parseMarker } from '../../../kernel/text/marker.ts';
import { upsertReportNote } from '../../notifications/report-note.ts';
import type { FixDeps } from './fix-deps.ts';

/** The one note of `cmap audit fix` on a merge request. */
export interface OwnNote {
  mergeRequest: MergeRequest;
  /** When it was last written; absent when there is none. */
  updatedAt?: number;
  says(text: string): boolean;
  write(text: string): Promise<void>;
}

/** The merge request and our note on it, or one sentence on why it cannot have one. */
export async function findOwnNote(
  { repository, iid }: { repository: string; iid: number },
  { report, bindings, gitlabFor }: Pick<FixDeps, 'report' | 'bindings' | 'gitlabFor'>,
): Promise<OwnNote | { refused: string }> {
  const binding = bindings.find(({ repo }) => repo === repository);
  const projectId = report.repositories.find((one) => one.repository === repository)?.projectId;
  if (!binding || projectId === undefined) return { refused: `no binding of the map has the repository ${repository}` };
  const gitlab = await gitlabFor(binding.credentialRef);
  const mergeRequest = await gitlab.findMergeRequest(projectId, iid);
  if (!mergeRequest) return { refused: 'GitLab does not show the merge request' };
  if (mergeRequest.state === 'closed') return { refused: 'the merge request was closed without being merged' };
  const marker = { purpose: 'audit-fix', scope: `${repository}!${iid}` };
  const own = await listOwnNotes(gitlab, mergeRequest, marker);
  const newest = own.at(-1);
  return {
    mergeRequest,
    ...(newest ? { updatedAt: newest.updatedAt } : {}),
    says: (text) => own.some(({ body }) => body === appendMarker(text, marker)),
    write: async (text) => void (await upsertReportNote({ projectId, iid, marker, text }, { gitlab })),
  };
}

async function listOwnNotes(
  gitlab: GitLab,
  { projectId, iid }: MergeRequest,
  wanted: { purpose: string; scope: string },
) {
  const [self, notes] = await Promise.all([gitlab.getCurrentUser(), gitlab.listNotes(projectId, iid)]);
  return notes.filter(({ author, system, body }) => {
    const marker = author.id === self.id && !system ? parseMarker(body) : undefined;
    return marker?.purpose === wanted.purpose && marker.scope === wanted.scope;
  });
}
