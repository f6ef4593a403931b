import type { MergeRequestRules } from '../../../shared/domain/mapping/binding.ts';
import type { GitLab, GitLabUser, NewMergeRequest } from '../../../shared/domain/ports/gitlab.ts';
import type { Issue, Jira } from '../../../shared/domain/ports/jira.ts';
import { isRefusal } from '../../../shared/kernel/errors.ts';
import { codeSpan } from '../../../shared/kernel/text/code-span.ts';

/** Assignee and reviewer ids of a new merge request; unknown people are left out and reported. */
export interface People extends Pick<NewMergeRequest, 'assigneeIds' | 'reviewerIds'> {
  /** Markdown lines, one for each who was to be asked and is not. */
  remarks: string[];
}

export interface PeopleToFind {
  rules: MergeRequestRules;
  /** Of what changes, as CODEOWNERS writes them. */
  owners: readonly string[];
  issue: Pick<Issue, 'assignee' | 'reporter'>;
}

export interface FindPeopleDeps {
  gitlab: Pick<GitLab, 'findUserByUsername' | 'findUserByEmail' | 'getCurrentUser'>;
  jira: Pick<Jira, 'findEmail'>;
}

/**
 * Turns the people a binding wants into ids. The work is done by then, so that a name GitLab does not know costs a
 * remark and not the merge request.
 * @throws {TaskError} of GitLab or Jira, when asking again may help.
 */
export async function findPeople(asked: PeopleToFind, deps: FindPeopleDeps): Promise<People> {
  const { assignee, reviewers, findReviewers } = asked.rules;
  const [assignees, named] = await Promise.all([
    findIds('assignee', assignee === undefined ? [] : [assignee], deps.gitlab),
    findIds('reviewer', reviewers, deps.gitlab),
  ]);
  const reviews = findReviewers ? await addReviewers(named, { ...asked, ...findReviewers }, deps) : named;
  return {
    ...(assignees.ids.length > 0 ? { assigneeIds: assignees.ids } : {}),
    ...(reviews.ids.length > 0 ? { reviewerIds: reviews.ids } : {}),
    remarks: [...assignees.remarks, ...reviews.remarks],
  };
}

interface Found {
  ids: number[];
  remarks: string[];
}

async function findIds(
  what: string,
  usernames: readonly string[],
  gitlab: Pick<GitLab, 'findUserByUsername'>,
): Promise<Found> {
  const found = await Promise.all(usernames.map((username) => lookUp(() => gitlab.findUserByUsername(username))));
  const ids = found.filter((one) => typeof one === 'number');
  // As code, so that GitLab notifies no user of a mention.
  const remarks = found.flatMap((one, index) =>
    typeof one === 'string' ? [`${what} \`${usernames[index]}\` ${one}`] : [],
  );
  return { ids: [...new Set(ids)], remarks };
}

/** The id, or what is wrong with the name. */
async function lookUp(find: () => Promise<Pick<GitLabUser, 'id'> | undefined>): Promise<number | string> {
  try {
    return (await find())?.id ?? 'is not an active GitLab user';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return 'could not be looked up in GitLab';
  }
}

/** More would be a list of its own under the checks. */
const MAX_LOOK_UPS = 30;

/** Adds owners of the change, then the person of the ticket, until there are as many as the binding wants. */
async function addReviewers(
  { ids, remarks }: Found,
  { owners, issue, codeowners, jira, max }: PeopleToFind & NonNullable<MergeRequestRules['findReviewers']>,
  deps: FindPeopleDeps,
): Promise<Found> {
  const self = await deps.gitlab.getCurrentUser();
  const found = { ids: ids.filter((id) => id !== self.id).slice(0, max), remarks: [...remarks] };
  const searches = [
    ...(codeowners ? owners.slice(0, MAX_LOOK_UPS).map((owner) => () => findOwner(owner, deps.gitlab)) : []),
    ...(jira ? [() => findTicketPerson(jira, issue, deps)] : []),
  ];
  for (const search of searches) {
    if (found.ids.length >= max) break;
    const one = await search();
    if (typeof one === 'string') found.remarks.push(one);
    else if (one !== self.id && !found.ids.includes(one)) found.ids.push(one);
  }
  return found;
}

/** The id, or a remark. */
async function findOwner(owner: string, gitlab: FindPeopleDeps['gitlab']): Promise<number | string> {
  const who = `code owner ${codeSpan(owner)}`;
  if (owner.startsWith('@@')) return `${who} is a role, of which no person is asked`;
  if (owner.includes('/')) return `${who} is a group, of which no person is asked`;
  const name = owner.replace(/^@/, '');
  const found = await lookUp(() =>
    owner.startsWith('@') ? gitlab.findUserByUsername(name) : gitlab.findUserByEmail(name),
  );
  if (typeof found === 'number') return found;
  return `${who} ${owner.startsWith('@') ? found : BY_ADDRESS}`;
}

const BY_ADDRESS = 'is no address that an active GitLab user shows';

async function findTicketPerson(
  role: 'reporter' | 'assignee',
  issue: PeopleToFind['issue'],
  { gitlab, jira }: FindPeopleDeps,
): Promise<number | string> {
  const person = issue[role];
  if (!person) return `the issue has no ${role} who could be asked to review`;
  const email = await findEmail(person.accountId, jira);
  if (email === undefined)
    return `the ${role} of the issue shows no e-mail address in Jira, and was not asked to review`;
  const found = await lookUp(() => gitlab.findUserByEmail(email));
  // The address itself is for Jira's eyes: it is shown to people who may see the ticket.
  return typeof found === 'number' ? found : `the ${role} of the issue ${NOT_KNOWN}`;
}

const NOT_KNOWN = 'is not known in GitLab by the e-mail address Jira has, and was not asked to review';

async function findEmail(accountId: string, jira: Pick<Jira, 'findEmail'>): Promise<string | undefined> {
  try {
    return await jira.findEmail(accountId);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return undefined;
  }
}
