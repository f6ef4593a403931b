/** The routes of the functions app. */
export const GITLAB_PATH = '/api/webhooks/gitlab';
export const JIRA_PATH = '/api/webhooks/jira';

/** Whether two addresses are one, as they may have been typed by hand. */
export function isSameAddress(a: string, b: string): boolean {
  return normalize(a) === normalize(b);
}

/** Whether a hook is one of cmap, wherever its app is. */
export function isHookOfCmap(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.replace(/\/+$/, '').endsWith(GITLAB_PATH);
}

function normalize(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url;
}
