import type { GitLab } from '../../../domain/ports/gitlab.ts';
import { appendMarker, parseMarker, stripMarker } from '../../../kernel/text/marker.ts';
import { upsertReportNote } from '../../notifications/report-note.ts';
import type { FixDeps } from './fix-deps.ts';

/** What `cmap audit fix` has written on a change: one note on a merge request, or comments on a commit. */
export interface OwnNote {
  /** Of the merge request; absent for a commit. */
  title?: string;
  /** The newest of them, without its marker. */
  text?: string;
  /** When that was written. */
  writtenAt?: number;
  /** Nothing happens when it says so already. */
  write(text: string): Promise<void>;
}

type Deps = Pick<FixDeps, 'report' | 'bindings' | 'gitlabFor'>;

/** Our note on a merge request, or one sentence on why there can be none. */
export async function findOwnNote(
  { repository, iid }: { repository: string; iid: number },
  deps: Deps,
): Promise<OwnNote | { refused: string }> {
  const place = await findPlace(repository, deps);
  if ('refused' in place) return place;
  const { gitlab, projectId } = place;
  const mergeRequest = await gitlab.findMergeRequest(projectId, iid);
  if (!mergeRequest) return { refused: 'GitLab does not show the merge request' };
  if (mergeRequest.state === 'closed') return { refused: 'the merge request was closed without being merged' };
  const marker = { purpose: 'audit-fix', scope: `${repository}!${iid}` };
  const [self, notes] = await Promise.all([gitlab.getCurrentUser(), gitlab.listNotes(projectId, iid)]);
  const own = notes.filter(({ author, system, body }) => author.id === self.id && !system && isOurs(body, marker));
  return {
    title: mergeRequest.title,
    ...describe(own.map(({ body, updatedAt }) => ({ body, at: updatedAt }))),
    write: async (text) => void (await upsertReportNote({ projectId, iid, marker, text }, { gitlab })),
  };
}

/** Our comments on a commit that belongs to no merge request. They cannot be edited, so another one follows. */
export async function findOwnComment(
  { repository, change, sha }: { repository: string; change: string; sha: string },
  deps: Deps,
): Promise<OwnNote | { refused: string }> {
  const place = await findPlace(repository, deps);
  if ('refused' in place) return place;
  const { gitlab, projectId } = place;
  const marker = { purpose: 'audit-fix', scope: change };
  const [self, comments] = await Promise.all([gitlab.getCurrentUser(), gitlab.listCommitComments(projectId, sha)]);
  const own = comments.filter(({ author, body }) => author.id === self.id && isOurs(body, marker));
  return {
    ...describe(own.map(({ body, createdAt }) => ({ body, at: createdAt }))),
    write: (text) => gitlab.addCommitComment(projectId, sha, appendMarker(text, marker)),
  };
}

async function findPlace(
  repository: string,
  { report, bindings, gitlabFor }: Deps,
): Promise<{ gitlab: GitLab; projectId: number } | { refused: string }> {
  const binding = bindings.find(({ repo }) => repo === repository);
  const projectId = report.repositories.find((one) => one.repository === repository)?.projectId;
  if (!binding || projectId === undefined) return { refused: `no binding of the map has the repository ${repository}` };
  return { gitlab: await gitlabFor(binding.credentialRef), projectId };
}

function isOurs(body: string, wanted: { purpose: string; scope: string }): boolean {
  const marker = parseMarker(body);
  return marker?.purpose === wanted.purpose && marker.scope === wanted.scope;
}

function describe(own: readonly { body: string; at: number }[]): Pick<OwnNote, 'text' | 'writtenAt'> {
  const newest = own.at(-1);
  return newest ? { text: stripMarker(newest.body), writtenAt: newest.at } : {};
}
