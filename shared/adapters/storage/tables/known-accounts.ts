import * as z from 'zod';

import type { KnownAccount, KnownAccounts } from '../../../domain/ports/known-accounts.ts';
import { lazily } from '../../../kernel/lazily.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

const StoredAccount = lazily(() => {
  const user = z.object({ id: z.int(), username: z.string(), name: z.string(), bot: z.boolean() });
  const token = z
    .object({ name: z.string(), expiresAt: z.string().optional(), scopes: z.array(z.string()) })
    .transform(({ expiresAt, ...rest }) => ({ ...rest, ...(expiresAt === undefined ? {} : { expiresAt }) }));
  return z
    .object({
      digest: z.string(),
      user: z.object({ value: user, at: z.number() }).optional(),
      token: z.object({ value: token.optional(), at: z.number() }).optional(),
    })
    .transform(
      (stored): KnownAccount => ({
        digest: stored.digest,
        ...(stored.user ? { user: stored.user } : {}),
        ...(stored.token ? { token: { value: stored.token.value, at: stored.token.at } } : {}),
      }),
    );
});

/** What GitLab said about each credential, in a table. */
export function createKnownAccounts(rows: Rows): KnownAccounts {
  const accounts = createJsonRows(rows, 'accounts', StoredAccount);
  return {
    find: async (key) => (await accounts.find(key))?.value,
    put: accounts.put,
  };
}
