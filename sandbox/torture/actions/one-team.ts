import { setTimeout as delay } from 'node:timers/promises';

import { TEAMS, VAULT_ALIAS } from '../environment/teams.ts';
import type { Action } from './action.ts';

/** The secret of one team is disabled in the vault for a while: its bindings wait, and no other team does. */
export const disableCredential: Action = {
  name: 'disable a credential in the vault',
  weight: 1,
  async run({ setVaultSecret, teamTroubles }, random) {
    const trouble = {
      projects: TEAMS.filter(({ credentialRef }) => credentialRef === VAULT_ALIAS).map((team) => team.jiraProject),
      from: Date.now(),
      to: Number.POSITIVE_INFINITY,
    };
    teamTroubles.push(trouble);
    setVaultSecret(false);
    const ms = random.between(5000, 20_000);
    await delay(ms);
    setVaultSecret(true);
    trouble.to = Date.now();
    return `${VAULT_ALIAS} for ${ms} ms`;
  },
};
