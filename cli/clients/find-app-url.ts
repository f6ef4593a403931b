import * as z from 'zod/mini';
import { serviceUrl } from '../../shared/app/settings/setting-parsers.ts';
import { UsageError } from '../arguments/usage-error.ts';

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
