import type { EvidenceRequest } from '../../shared/domain/ports/evidence.ts';

/**
 * Milliseconds to the first byte of GitLab's lists: the fastest averages of three runs of the GitLab Performance Tool
 * against instances of the reference architecture for 10,000 users (GitLab 13.9 and 13.12, `api_v4_projects_*` at 200
 * requests a second), which GitLab has published in doc/install/aws/gitlab_hybrid_on_aws.md:
 * https://gitlab.com/gitlab-org/gitlab/-/blob/v14.1.0-ee/doc/install/aws/gitlab_hybrid_on_aws.md. They are of pages
 * of 20, the default; the pages of a hundred that an audit asks for take GitLab longer, and no published figure says
 * by how much: for users it was four times the work (https://gitlab.com/gitlab-org/gitlab/-/issues/346601). Newer
 * releases are not faster: 185 ms for merge requests in 17.11 (https://gitlab.com/gitlab-org/gitlab/-/issues/526537).
 */
const LISTS: Readonly<Record<string, number>> = { 'repository/commits': 45, merge_requests: 138, pipelines: 36 };

/** Of GraphQL, of events and of Jira no figure is published; one that all of them take longer than. */
const OTHER_MS = 50;

/** How long the service takes for an answer, in milliseconds: less than any real one does. */
export function answerMs({ service, path }: Pick<EvidenceRequest, 'service' | 'path'>): number {
  const list = service === 'gitlab' ? path.replace(/^projects\/[^/]+\//, '') : '';
  return LISTS[list] ?? OTHER_MS;
}
