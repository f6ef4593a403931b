/** What an address below `/gitlab` names, in GitLab's own form of addresses. */
export type GitLabPlace =
  | { kind: 'project'; project: string }
  | { kind: 'merge-request'; project: string; iid: number; action: string }
  /** A commit, or the one a branch points to. */
  | { kind: 'commit'; project: string; sha: string };

/** Reads `group/app/-/merge_requests/3`, as it stands encoded behind `/gitlab/`; `undefined` for what has no page. */
export function readPlace(encoded: string): GitLabPlace | undefined {
  const address = decode(encoded);
  if (address === undefined) return undefined;
  const end = address.indexOf('/-/');
  const project = (end === -1 ? address : address.slice(0, end)).replace(/\/+$/, '');
  if (project === '') return undefined;
  const rest = end === -1 ? '' : address.slice(end + '/-/'.length);
  if (/^(merge_requests\/?)?$/.test(rest)) return { kind: 'project', project };
  const [, iid, action = ''] = /^merge_requests\/(\d{1,9})(?:\/(\w*))?\/?$/.exec(rest) ?? [];
  if (iid !== undefined) return { kind: 'merge-request', project, iid: Number(iid), action };
  const [, sha] =
    /^(?:commit\/([0-9a-f]{7,64})|tree\/([^-].*?))\/?$/.exec(rest)?.filter((part) => part !== undefined) ?? [];
  return sha === undefined ? undefined : { kind: 'commit', project, sha };
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** The address of a project's page, or of what is below it. */
export function addressOf(project: string, rest = ''): string {
  const path = project.split('/').map(encodeURIComponent).join('/');
  return `/gitlab/${path}${rest === '' ? '' : `/-/${rest}`}`;
}
