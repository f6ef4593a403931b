import type { HttpRequest } from '@azure/functions';

import type { Secret } from '../../shared/kernel/secret.ts';

/** Whether a request has the admin secret; none has it where there is none. */
export function isAdmin({ headers }: Pick<HttpRequest, 'headers'>, adminSecret: Secret | undefined): boolean {
  return adminSecret?.matches(headers.get('x-cmap-admin-secret')) ?? false;
}
