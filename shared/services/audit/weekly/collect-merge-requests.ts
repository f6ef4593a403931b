import pLimit from 'p-limit';
import type { WeeklyArtefact, WeeklyComment } from '../../../domain/audit/weekly/weekly-facts.ts';
import type { Binding } from '../../../domain/mapping/binding.ts';
import type { GitLab, MergeRequest } from '../../../domain/ports/gitlab.ts';
import { isBotUser } from '../../../domain/review/is-bot-user.ts';
import { parseMarker } from '../../../kernel/text/marker.ts';
import { oneLine } from '../../../kernel/text/one-line.ts';
import { toIso } from '../../../kernel/to-iso.ts';
import type { Gaps } from './gaps.ts';
import type { Span } from './span.ts';

const READS_AT_ONCE = 6;

/** What a repository gave: its merged merge requests, and what people wrote on those that were changed. */
export interface FoundRepository {
  path: string;
  projectId: number;
  url: string;
  artefacts: WeeklyArtefact[];
  comments: WeeklyComment[];
}

/** Reads each repository with the credential of its binding, which also says who is a bot there. */
export async function collectMergeRequests(
  repositories: ReadonlyMap<string, Pick<Binding, 'credentialRef' | 'review'>>,
  { since }: Span,
  { gitlabFor, gaps }: { gitlabFor: (credentialRef: string) => Promise<GitLab>; gaps: Gaps },
): Promise<FoundRepository[]> {
  const found: FoundRepository[] = [];
  for (const [path, { credentialRef, review }] of repositories) {
    await gaps.orGap(
      path,
      async () => {
        const gitlab = await gitlabFor(credentialRef);
        const project = await gitlab.findProject(path);
        if (!project) return gaps.add(path, 'GitLab does not show it to the credential of its binding.');
        const all = await gitlab.listMergeRequests({ projectId: project.id }, { updatedAfter: since });
        const comments = await listComments(all, { path, botAuthors: review.bots.authors }, { gitlab, gaps });
        const artefacts = all.flatMap((one) => toArtefact(one, path));
        found.push({ path, projectId: project.id, url: project.webUrl, artefacts, comments });
      },
      undefined,
    );
  }
  return found;
}

function toArtefact({ iid, title, mergedAt, webUrl }: MergeRequest, path: string): WeeklyArtefact[] {
  if (mergedAt === undefined) return [];
  const name = `${path}!${iid} ${oneLine(title)}`;
  return [{ kind: 'merge-request', title: name, at: toIso(mergedAt), url: webUrl }];
}

/** Notes for everyone, by people: no system notes, internal ones, notes of ours and of bots by the binding's names. */
async function listComments(
  mergeRequests: readonly MergeRequest[],
  { path, botAuthors }: { path: string; botAuthors: readonly string[] },
  { gitlab, gaps }: { gitlab: GitLab; gaps: Gaps },
): Promise<WeeklyComment[]> {
  const limit = pLimit(READS_AT_ONCE);
  const found = await Promise.all(
    mergeRequests.map(({ projectId, iid, webUrl }) =>
      limit(async () => {
        const subject = `${path}!${iid}`;
        const notes = await gaps.orGap(subject, () => gitlab.listNotes(projectId, iid), []);
        return notes
          .filter(
            ({ system, internal, author, body }) =>
              !system && !internal && !isBotUser(author, botAuthors) && !parseMarker(body),
          )
          .map(
            ({ id, author, createdAt, body }): WeeklyComment => ({
              subject,
              author: author.name,
              at: toIso(createdAt),
              text: body,
              url: `${webUrl}#note_${id}`,
            }),
          );
      }),
    ),
  );
  return found.flat();
}
