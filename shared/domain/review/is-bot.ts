import type { GitLabUser } from '../ports/gitlab.ts';

/**
 * Whether an account is a program: by GitLab's own `bot` attribute, and by the user names GitLab gives to token bots
 * and service accounts for the answers that leave the attribute out. Source:
 * https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects.
 */
export function isBot({ bot, username }: Pick<GitLabUser, 'bot' | 'username'>): boolean {
  return (
    bot ||
    /^(?:project|group)_\d+_bot(?:_|$)|^service_account_|^(?:renovate|dependabot)(?:[-_]bot)?$|\[bot\]$/i.test(username)
  );
}
