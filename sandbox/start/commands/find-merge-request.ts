import { readSubject } from '../../../cli/arguments/subject.ts';
import type { GitLabPerson } from '../../pages/api/gitlab-person.ts';
import type { MergeRequest } from '../../pages/api/gitlab-schemas.ts';

/**
 * The merge request that is meant by `group/app!2`, `app!2`, its address or `!2`: where several have that number, the
 * one that is open.
 * @throws {Error} that says what to type instead
 */
export async function findMergeRequest(text: string, gitlab: GitLabPerson): Promise<MergeRequest> {
  const subject = readSubject(text);
  if (subject?.kind !== 'merge-request')
    throw new Error(
      `${text === '' ? 'Which merge request?' : `"${text}" is no merge request:`} type one as in !2; mrs lists them`,
    );
  const { project, iid } = subject;
  const found = (await gitlab.listMergeRequests()).filter(
    (one) => one.iid === iid && (project === undefined || isProject(one.project, String(project))),
  );
  const open = found.filter(({ state }) => state === 'opened');
  const [first, second] = open.length > 0 ? open : found;
  if (!first) throw new Error(`There is no merge request ${text}; mrs lists them`);
  if (second)
    throw new Error(`${text} may be ${first.project}!${iid} or ${second.project}!${iid}: type the one you mean`);
  return first;
}

/** The path, its end, or the path on the board, which begins with `gitlab/`. */
function isProject(path: string, given: string): boolean {
  return path === given || path.endsWith(`/${given}`) || given.endsWith(`/${path}`);
}
