import { toIso } from '../../shared/kernel/to-iso.ts';
import type { FakeState } from './fake-state.ts';
import type { Attachment, Change, Comment, SandboxUser, Status, StoredIssue } from './model.ts';

/** How Jira's answers look. `site` is the address answers point to. */
export interface Views {
  user(user: SandboxUser): object;
  status(status: Status): object;
  /** `undefined` for an id that no version has. */
  version(id: string): object | undefined;
  comment(issue: StoredIssue, comment: Comment): object;
  attachment(attachment: Attachment): object;
  history(change: Change): object;
  remoteLinks(issue: StoredIssue): object[];
  /** Only the named fields, as the search and read endpoints do. */
  issue(
    issue: StoredIssue,
    options: { fields: string[]; expandChangelog: boolean; expandNames?: boolean; properties?: string[] },
  ): object;
}

/** Jira expands no more than this of a changelog. */
const EXPANDED_CHANGES = 40;

const CATEGORIES = {
  new: { id: 2, key: 'new', name: 'To Do', colorName: 'blue-gray' },
  indeterminate: { id: 4, key: 'indeterminate', name: 'In Progress', colorName: 'yellow' },
  done: { id: 3, key: 'done', name: 'Done', colorName: 'green' },
};

/** The answers of this site about what is in `state`. */
export function createViews(state: FakeState, site: () => string): Views {
  const self = (path: string) => `${site()}/rest/api/3/${path}`;

  function user({ accountId, displayName, accountType = 'atlassian' }: SandboxUser) {
    return {
      self: self(`user?accountId=${accountId}`),
      accountId,
      displayName,
      accountType,
      active: true,
      timeZone: 'Etc/UTC',
    };
  }

  function status({ id, name, category }: Status) {
    const statusCategory = { self: self(`statuscategory/${CATEGORIES[category].id}`), ...CATEGORIES[category] };
    return { self: self(`status/${id}`), id, name, description: '', iconUrl: `${site()}/icon.png`, statusCategory };
  }

  function version(id: string) {
    const found = state.versions.get(id);
    if (!found) return undefined;
    const { name, released, releaseDate } = found;
    const date = releaseDate === undefined ? {} : { releaseDate };
    return { self: self(`version/${id}`), id, name, archived: false, released, ...date };
  }

  function comment(issue: StoredIssue, comment: Comment) {
    const { id, authorId, body, createdAt, updatedAt, visibility, internal = false } = comment;
    const author = authorId === null ? undefined : user(state.user(authorId));
    return {
      self: self(`issue/${issue.id}/comment/${id}`),
      id,
      ...(author ? { author, updateAuthor: author } : {}),
      body,
      created: toJiraTime(createdAt),
      updated: toJiraTime(updatedAt),
      ...(visibility ? { visibility: { ...visibility, identifier: visibility.value } } : {}),
      jsdPublic: !internal,
    };
  }

  function attachment({ id, name, mimeType, size, authorId, createdAt }: Attachment) {
    return {
      self: self(`attachment/${id}`),
      id,
      filename: name,
      author: user(state.user(authorId)),
      created: toJiraTime(createdAt),
      size,
      mimeType,
      content: self(`attachment/content/${id}`),
    };
  }

  function history({ id, authorId, at, items }: Change) {
    const changes = items.map((item) => ({ ...item, fieldtype: 'jira', fieldId: item.fieldId ?? item.field }));
    return { id, author: user(state.user(authorId)), created: toJiraTime(at), items: changes };
  }

  function remoteLinks({ id: issueId, remoteLinks: links }: StoredIssue) {
    return [...links].map(([globalId, { id, ...object }]) => ({
      id,
      self: self(`issue/${issueId}/remotelink/${id}`),
      globalId,
      object,
    }));
  }

  function issue(
    stored: StoredIssue,
    { fields, expandChangelog, expandNames = false, properties = [] }: Parameters<Views['issue']>[1],
  ) {
    const { id, key, changes } = stored;
    if (stored.corrupt) return { id, key, self: self(`issue/${id}`), fields: { status: null } };
    const all = [...Object.keys(READ_FIELD), ...stored.fields.keys()];
    const wanted = (fields.includes('*all') ? all : fields).filter(
      (name) => !state.absentFields.has(name) && !fields.includes(`-${name}`),
    );
    const histories = changes.slice(-EXPANDED_CHANGES).reverse().map(history);
    return {
      expand: 'operations,changelog',
      id,
      key,
      self: self(`issue/${id}`),
      ...(fields.length === 1 && fields[0] === 'id' ? {} : { fields: readFields(stored, wanted) }),
      ...(expandNames ? { names: namesOf(stored, wanted) } : {}),
      ...(properties.length > 0 ? { properties: pick(Object.fromEntries(stored.properties), properties) } : {}),
      ...(expandChangelog
        ? { changelog: { startAt: 0, maxResults: histories.length, total: changes.length, histories } }
        : {}),
    };
  }

  /** A parent or a subtask, with the fields that Jira gives of one wherever it stands in another issue. */
  function related({ id, key, summary, status: now, type }: StoredIssue) {
    return { id, key, self: self(`issue/${id}`), fields: { summary, status: status(now), issuetype: issueType(type) } };
  }

  /** Only what is asked for: the links and subtasks of an issue are looked for among all others. */
  const READ_FIELD: Record<string, (stored: StoredIssue) => unknown> = {
    summary: ({ summary }) => summary,
    description: ({ description }) => description,
    labels: ({ labels }) => labels,
    status: (stored) => status(stored.status),
    assignee: ({ assigneeId }) => (assigneeId === null ? null : user(state.user(assigneeId))),
    reporter: ({ reporterId }) => user(state.user(reporterId)),
    creator: ({ reporterId }) => user(state.user(reporterId)),
    project: ({ projectKey }) => ({
      key: projectKey,
      name: projectKey,
      projectTypeKey: state.isServiceDesk(projectKey) ? 'service_desk' : 'software',
    }),
    issuetype: ({ type }) => issueType(type),
    parent: ({ parent }) => (parent === null ? null : related(state.issue(parent))),
    subtasks: (stored) => [...state.issues.values()].filter(({ parent }) => parent === stored.key).map(related),
    resolution: ({ resolution }) => (resolution === null ? null : { name: resolution }),
    fixVersions: ({ fixVersions }) => fixVersions.flatMap((id) => version(id) ?? []),
    components: ({ components }) => components.map((name) => ({ name })),
    created: ({ createdAt }) => toJiraTime(createdAt),
    attachment: ({ attachments }) => attachments.map(attachment),
    issuelinks: (stored) => [...linksOf(stored)],
    updated: ({ updatedAt }) => toJiraTime(updatedAt),
  };

  function readFields(stored: StoredIssue, names: string[]): Record<string, unknown> {
    const known = names.filter((name) => Object.hasOwn(READ_FIELD, name));
    const own = names.filter((name) => stored.fields.has(name));
    return Object.fromEntries([
      ...known.map((name) => [name, READ_FIELD[name]?.(stored)]),
      ...own.map((id) => [id, stored.fields.get(id)?.value]),
    ]);
  }

  /** What people call the fields of an answer; those of Jira itself are called as they are here. */
  function namesOf({ fields }: StoredIssue, ids: readonly string[]): Record<string, string> {
    return Object.fromEntries(ids.map((id) => [id, fields.get(id)?.name ?? id]));
  }

  /** Both sides of a link show it: the blocked issue the inward issue, the blocker the outward one. */
  function* linksOf(stored: StoredIssue) {
    const type = { id: '10000', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' };
    const linked = (other: StoredIssue) => ({
      id: other.id,
      key: other.key,
      fields: { summary: other.summary, status: status(other.status) },
    });
    for (const key of stored.blockedBy) yield { id: `${stored.id}0`, type, inwardIssue: linked(state.issue(key)) };
    for (const {
      type: { id, ...words },
      from,
      to,
    } of state.links) {
      if (from === stored.key) yield { id, type: { id, ...words }, outwardIssue: linked(state.issue(to)) };
      if (to === stored.key) yield { id, type: { id, ...words }, inwardIssue: linked(state.issue(from)) };
    }
    for (const other of state.issues.values()) {
      if (other.blockedBy.includes(stored.key)) yield { id: `${other.id}0`, type, outwardIssue: linked(other) };
    }
  }

  return { user, status, version, comment, attachment, history, remoteLinks, issue };
}

/** `2026-01-05T09:00:00.000+0000`: Jira has no colon in the offset. */
function toJiraTime(ms: number): string {
  return toIso(ms).replace('Z', '+0000');
}

function issueType(name: string) {
  return { name, subtask: /^sub-?task$/i.test(name) };
}

function pick(all: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in all).map((name) => [name, all[name]]));
}
