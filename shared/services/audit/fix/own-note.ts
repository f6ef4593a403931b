import { DEVELOPER } from '../../../domain/accounts/project-roles.ts';
import type { GitLab, GitLabUser } from '../../../domain/ports/gitlab.ts';
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
  /** What other accounts wrote with it, without the markers; those of strangers are left out. */
  ofOthers: readonly Written[];
  /** Nothing happens when it says so already. */
  write(text: string): Promise<void>;
}

export interface Written {
  text: string;
  writtenAt: number;
}

type Deps = Pick<FixDeps, 'report' | 'bindings' | 'gitlabFor'>;

/**
 * Anybody can type a marker. Who may push to the project may as well change the title of a merge request, so that a
 * marker of theirs stops nothing that they could not stop anyway.
 */
const TRUSTED_LEVEL = DEVELOPER;

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
  const notes = (await gitlab.listNotes(projectId, iid)).filter(({ system }) => !system);
  return {
    title: mergeRequest.title,
    ...(await describe(
      notes.map(({ author, body, updatedAt }) => ({ author, body, at: updatedAt })),
      marker,
      place,
    )),
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
  const comments = await gitlab.listCommitComments(projectId, sha);
  return {
    ...(await describe(
      comments.map(({ author, body, createdAt }) => ({ author, body, at: createdAt })),
      marker,
      place,
    )),
    write: (text) => gitlab.addCommitComment(projectId, sha, appendMarker(text, marker)),
  };
}

interface Place {
  gitlab: GitLab;
  projectId: number;
}

async function findPlace(
  repository: string,
  { report, bindings, gitlabFor }: Deps,
): Promise<Place | { refused: string }> {
  const audited = report.repositories.find((one) => one.repository === repository);
  // The map may name a project that was transferred by its old path.
  const binding = bindings.find(({ repo }) => repo === repository || audited?.formerPaths.includes(repo));
  if (!binding || !audited) return { refused: `no binding of the map has the repository ${repository}` };
  return { gitlab: await gitlabFor(binding.credentialRef), projectId: audited.projectId };
}

interface Authored {
  author: GitLabUser;
  body: string;
  at: number;
}

/** Costs a call for each other account that wrote the marker. */
async function describe(
  all: readonly Authored[],
  marker: { purpose: string; scope: string },
  { gitlab, projectId }: Place,
): Promise<Pick<OwnNote, 'text' | 'writtenAt' | 'ofOthers'>> {
  const self = await gitlab.getCurrentUser();
  const marked = all.filter(({ body }) => carries(body, marker));
  const newest = marked.findLast(({ author }) => author.id === self.id);
  const others = marked.filter(({ author }) => author.id !== self.id);
  const trusted = new Set<number>();
  for (const id of new Set(others.map(({ author }) => author.id)))
    if ((await gitlab.getAccessLevel(projectId, id)) >= TRUSTED_LEVEL) trusted.add(id);
  return {
    ...(newest ? toWritten(newest) : {}),
    ofOthers: others.filter(({ author }) => trusted.has(author.id)).map(toWritten),
  };
}

function carries(body: string, wanted: { purpose: string; scope: string }): boolean {
  const marker = parseMarker(body);
  return marker?.purpose === wanted.purpose && marker.scope === wanted.scope;
}

function toWritten({ body, at }: Authored): Written {
  return { text: stripMarker(body), writtenAt: at };
}
