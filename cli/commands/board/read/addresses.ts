/** Where links for people begin; absent where the settings do not say. */
export interface Addresses {
  jira?: string;
  gitlab?: string;
}

/** Reads the settings of the deployment; only what a browser may open becomes a link. */
export function readAddresses(env: Readonly<Record<string, string | undefined>>): Addresses {
  const jira = toAddress(env['JIRA_SITE_URL']) ?? toAddress(env['JIRA_URL']);
  const gitlab = toAddress(env['GITLAB_URL']);
  return {
    // Calls with scoped tokens go to an address of Atlassian that no person opens.
    ...(jira === undefined || new URL(jira).hostname === 'api.atlassian.com' ? {} : { jira }),
    ...(gitlab === undefined ? {} : { gitlab }),
  };
}

/** The address when it is one of the web, without a slash at its end. */
export function toAddress(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text.trim());
  return url && /^https?:$/.test(url.protocol) ? url.href.replace(/\/+$/, '') : undefined;
}
