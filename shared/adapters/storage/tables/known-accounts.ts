import * as z from 'zod';

import type { KnownAccount, KnownAccounts } from '../../../domain/ports/known-accounts.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

const User = z.object({ id: z.int(), username: z.string(), name: z.string(), bot: z.boolean() });
const Token = z
  .object({ name: z.string(), expiresAt: z.string().optional(), scopes: z.array(z.string()) })
  .transform(({ expiresAt, ...token }) => ({ ...token, ...(expiresAt === undefined ? {} : { expiresAt }) }));

const StoredAccount = z
  .object({
    digest: z.string(),
    user: z.object({ value: User, at: z.number() }).optional(),
    token: z.object({ value: Token.optional(), at: z.number() }).optional(),
  })
  .transform(
    ({ digest, user, token }): KnownAccount => ({
      digest,
      ...(user ? { user } : {}),
      ...(token ? { token: { value: token.value, at: token.at } } : {}),
    }),
  );

/** What GitLab said about each credential, in a table. */
export function createKnownAccounts(rows: Rows): KnownAccounts {
  const accounts = createJsonRows(rows, 'accounts', StoredAccount);
  return {
    find: async (key) => (await accounts.find(key))?.value,
    put: accounts.put,
  };
}
