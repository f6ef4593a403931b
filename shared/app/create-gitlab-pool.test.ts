import { describe, expect, it } from 'vitest';
import { aBinding } from '../../test/builders/bindings.ts';
import { TaskError } from '../kernel/errors.ts';
import { silentLog } from '../kernel/log.ts';
import { Secret } from '../kernel/secret.ts';
import { createGitLabPool } from './create-gitlab-pool.ts';

function createFixture(known: readonly string[]) {
  const get = async (ref: string) => {
    if (!known.includes(ref)) throw new TaskError('credential-unknown', { detail: ref });
    return new Secret(`token of ${ref}`);
  };
  return createGitLabPool({
    baseUrl: 'https://gitlab.example.com',
    credentials: { get, reread: async () => false },
    clock: { now: () => 0, sleep: async () => {} },
    log: silentLog,
  });
}

describe('createGitLabPool', () => {
  it('makes two clients for five bindings with two credentials', async () => {
    const gitlabFor = createFixture(['team_a', 'team_b']);
    const bindings = ['team_a', 'team_b', 'TEAM_A', 'team_a', 'Team_B'].map((ref) => aBinding({ credential_ref: ref }));
    const clients = await Promise.all(bindings.map(({ credentialRef }) => gitlabFor(credentialRef)));

    expect(new Set(clients).size).toBe(2);
    expect(clients[0]).toBe(clients[2]);
    expect(clients[1]).toBe(clients[4]);
  });

  it('makes none for a credential that is not there, and one when it is', async () => {
    const known: string[] = [];
    const gitlabFor = createFixture(known);
    await expect(gitlabFor('team_a')).rejects.toMatchObject({ code: 'credential-unknown' });
    known.push('team_a');
    expect(await gitlabFor('team_a')).toBe(await gitlabFor('team_a'));
  });
});
