/** Who did what Jira lets visitors without an account do: there is no account of this id. */
export const ANONYMOUS = { accountId: '', displayName: 'anonymous', accountType: 'anonymous' } as const;
