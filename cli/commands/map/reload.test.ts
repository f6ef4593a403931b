import { describe, expect, it } from 'vitest';
import type { ReloadAnswer, ReloadRequest } from '../../../shared/adapters/http/ask-reload.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { reload } from './reload.ts';

const ENV = { FUNCTIONS_URL: 'https://func-cmap.example.com', CMAP_ADMIN_SECRET: 'an-admin-secret-of-a-test' };
const RELOADED: ReloadAnswer = {
  kind: 'reloaded',
  generation: 4,
  added: ['OPS'],
  removed: [],
  changed: [{ jiraProject: 'PROJ', fields: ['target_branch', 'review.on_push'] }],
  warnings: [{ where: 'OPS', message: 'GITLAB_TOKEN__OPS is not there' }],
};

async function run(said: ReloadAnswer, options: { dryRun?: boolean; json?: boolean; env?: object } = {}) {
  const io = createMemoryIO({ env: { ...ENV, ...options.env } });
  const asked: (Omit<ReloadRequest, 'secret'> & { secret: string })[] = [];
  const exitCode = await reload({ dryRun: false, json: false, ...options }, io, async ({ secret, ...request }) => {
    asked.push({ ...request, secret: secret.reveal() });
    return said;
  });
  return { exitCode, asked, stdout: io.stdout, stderr: io.stderr };
}

describe('reload', () => {
  it('says what is in force now, and what a dry run would change', async () => {
    const { exitCode, asked, stdout } = await run(RELOADED);
    expect([exitCode, asked]).toEqual([
      0,
      [{ appUrl: ENV.FUNCTIONS_URL, secret: ENV.CMAP_ADMIN_SECRET, dryRun: false }],
    ]);
    expect(stdout).toBe(
      '+ OPS\n~ PROJ: target_branch, review.on_push\n\n1 binding more, 0 fewer, 1 changed; generation 4 is in force\nOPS: GITLAB_TOKEN__OPS is not there\n',
    );
    const dry = await run(RELOADED, { dryRun: true });
    expect(dry.asked).toMatchObject([{ dryRun: true }]);
    expect(dry.stdout).toContain('1 changed; nothing was changed, generation 4 stays in force\n');
    expect(JSON.parse((await run(RELOADED, { json: true })).stdout)).toMatchObject({
      ok: true,
      dryRun: false,
      generation: 4,
      added: ['OPS'],
    });
  });

  it.each<{ said: ReloadAnswer; stderr: string }>([
    {
      said: { kind: 'refused', problems: [{ where: 'PROJ', message: 'repo is empty' }] },
      stderr: 'cmap: the map cannot be used, and the one before stays in force:\n  PROJ: repo is empty\n',
    },
    { said: { kind: 'later', waitMs: 9000 }, stderr: 'cmap: the deployment wants to be asked again in 9 s\n' },
    { said: { kind: 'unauthorized' }, stderr: 'does not take this CMAP_ADMIN_SECRET' },
    { said: { kind: 'unreachable' }, stderr: 'did not answer: check FUNCTIONS_URL' },
    { said: { kind: 'odd', status: 404 }, stderr: 'answered 404, which no reload does' },
  ])('says why it was not reloaded: $said.kind', async ({ said, stderr }) => {
    const found = await run(said);
    expect([found.exitCode, found.stdout]).toEqual([1, '']);
    expect(found.stderr).toContain(stderr);
  });

  it.each([
    { env: { FUNCTIONS_URL: '' }, message: 'give the address of the functions app' },
    { env: { CMAP_ADMIN_SECRET: ' ' }, message: 'CMAP_ADMIN_SECRET is missing' },
    {
      env: { CMAP_ADMIN_SECRET: '@Microsoft.KeyVault(VaultName=kv;SecretName=s)' },
      message: 'CMAP_ADMIN_SECRET is a reference to a Key Vault',
    },
  ])('asks nothing without its settings: $message', async ({ env, message }) => {
    await expect(run(RELOADED, { env })).rejects.toThrow(message);
  });
});
