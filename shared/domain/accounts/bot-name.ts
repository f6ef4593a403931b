/**
 * Whether GitLab gave this username to a project or group access token, or to a service account, as it does where an
 * answer leaves the attribute `bot` out. Source:
 * https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects.
 */
export function isBotName(username: string): boolean {
  return /^(?:(?:project|group)_\d+_bot(?:_|$)|service_account_)|\[bot\]$/i.test(username);
}
