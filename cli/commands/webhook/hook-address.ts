import * as z from 'zod/mini';
import { serviceUrl } from '../../../shared/app/settings/setting-parsers.ts';
import { UsageError } from '../../arguments/usage-error.ts';

/** The routes of the functions app. */
export const GITLAB_PATH = '/api/webhooks/gitlab';
export const JIRA_PATH = '/api/webhooks/jira';

/**
 * The address of the functions app without a route, from `--url` or FUNCTIONS_URL.
 * @throws {UsageError} when there is none, or it is no https address
 */
export function findAppUrl(url: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  const name = url === undefined ? 'FUNCTIONS_URL' : '--url';
  const given = (url ?? env['FUNCTIONS_URL'])?.trim();
  if (!given) {
    throw new UsageError(
      '--url is missing: give the address of the functions app (`terraform -chdir=infra output functions_url`), or set FUNCTIONS_URL',
    );
  }
  const parsed = z.safeParse(serviceUrl, given);
  if (!parsed.success) throw new UsageError(`${name} ${parsed.error.issues[0]?.message ?? 'is no address'}`);
  return parsed.data.replace(/\/api(\/webhooks\/(gitlab|jira))?$/, '');
}

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
