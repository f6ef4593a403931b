import { expect, it } from 'vitest';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { checkCredentials } from './check-credentials.ts';
import { createCredentialRegistry } from './credential-registry.ts';

const bindings = [
  { jiraProject: 'PROJ', repo: 'group/app', credentialRef: 'default' },
  { jiraProject: 'OPS', repo: 'group/app', credentialRef: 'team' },
  { jiraProject: 'WEB', repo: 'group/app', credentialRef: 'Team' },
];

it('names the bindings, the ref and the aliases there are, and prints no value', async () => {
  const registry = createCredentialRegistry({
    environment: { GITLAB_TOKEN: 'canary-token' },
    clock: createSteppedClock(),
    log: silentLog,
  });

  const checks = await checkCredentials(bindings, registry);

  expect(checks).toEqual([
    { credentialRef: 'default', name: 'GITLAB_TOKEN', usedBy: ['PROJ'] },
    {
      credentialRef: 'team',
      name: 'GITLAB_TOKEN__TEAM',
      usedBy: ['OPS', 'WEB'],
      problem: 'Bindings OPS, WEB: No credential "team": set GITLAB_TOKEN__TEAM. Available: default.',
      retry: false,
      isUnknown: true,
    },
  ]);
});

it('tells a vault that is down from a credential that is not there', async () => {
  const get = () => Promise.reject(new TaskError('key-vault-unavailable', { detail: 'No answer from kv.' }));

  expect(await checkCredentials(bindings.slice(0, 1), { get })).toMatchObject([
    { problem: 'Binding PROJ: No answer from kv.', retry: true, isUnknown: false },
  ]);
});

it('says the code of a failure that says no more, and neither that it passes nor that there is none', async () => {
  const get = () => Promise.reject(new TaskError('key-vault-forbidden'));

  expect(await checkCredentials(bindings.slice(1), { get })).toEqual([
    {
      credentialRef: 'team',
      name: 'GITLAB_TOKEN__TEAM',
      usedBy: ['OPS', 'WEB'],
      problem: 'Bindings OPS, WEB: key-vault-forbidden',
      retry: false,
      isUnknown: false,
    },
  ]);
});

it('does not repeat what stands in the place of a name', async () => {
  const token = ['glpat', 'abcdefghijklmnopqrst'].join('-');
  const registry = createCredentialRegistry({ environment: {}, clock: createSteppedClock(), log: silentLog });

  expect(await checkCredentials([{ jiraProject: 'PROJ', repo: 'group/app', credentialRef: token }], registry)).toEqual([
    {
      credentialRef: '(not a name)',
      name: 'credential_ref',
      usedBy: ['PROJ'],
      problem: 'Binding PROJ: The credential_ref is not a name: use letters, digits and underscores.',
      retry: false,
      isUnknown: true,
    },
  ]);
});

it('lets a bug through', async () => {
  const get = () => Promise.reject(new RangeError('bug'));
  await expect(checkCredentials(bindings, { get })).rejects.toThrow('bug');
});
