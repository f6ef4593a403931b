import { expect, it } from 'vitest';
import { parseRuntimeMapping } from '../../../shared/domain/mapping/source/parse-runtime-mapping.ts';
import { aGitLabUser } from '../../../test/builders/gitlab.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { diff } from './diff.ts';
import { renderHelm } from './render-helm.ts';
import { renderJson } from './render-json.ts';
import { renderTerraform } from './render-terraform.ts';
import { validate } from './validate.ts';

const bindings = (one: string, other: string) => `bindings:
  - {jira_project: PROJ, repo: group/app, credential_ref: "${one}"}
  - {jira_project: OPS, repo: group/ops, credential_ref: "${other}"}
`;
const files = {
  'cmap.yaml': bindings('env:TEAM_A', 'keyvault:Team-B'),
  'old.yaml': bindings('team_a', 'team_b'),
  'prefix.yaml': bindings('file:/etc/token', 'vault:x'),
  'other.yaml': bindings('env:JIRA_API_TOKEN', 'keyvault:events-secret--team-a'),
};

it('is what validate names, in the place it stands', async () => {
  const io = createMemoryIO({ files });
  expect(await validate({ paths: ['cmap.yaml'], checkEnv: false, json: false }, io)).toBe(0);

  expect(io.stdout).toMatch(/^env:TEAM_A +TEAM_A +- +PROJ$/m);
  expect(io.stdout).toMatch(/^keyvault:team-b +- +team-b +OPS$/m);
});

it('is looked for in the environment by its exact name, and never in it where it stands in the vault', async () => {
  const check = async (env: Record<string, string>) => {
    const io = createMemoryIO({ files, env });
    return {
      code: await validate({ paths: ['cmap.yaml'], checkEnv: true, json: false }, io),
      said: io.stdout + io.stderr,
    };
  };
  const missing = await check({ team_a: 'secret-value-1' });

  expect(missing.code).toBe(1);
  expect(missing.said).toContain('TEAM_A is not set (credential env:TEAM_A, used by PROJ)');
  expect(missing.said).not.toMatch(/secret-value|team-b is not set/);
  expect((await check({ TEAM_A: 'secret-value-1' })).code).toBe(0);
});

it('is refused with another prefix, or where the secret has another use', async () => {
  for (const [file, text] of [
    [
      'prefix.yaml',
      'has a prefix that is no source of a token; write env:NAME, keyvault:NAME or the name of a credential',
    ],
    ['other.yaml', 'names a secret of another use; it would be sent to GitLab as a token'],
  ] as const) {
    const io = createMemoryIO({ files });
    expect(await validate({ paths: [file], checkEnv: false, json: false }, io)).toBe(1);
    expect(io.stderr.split(text)).toHaveLength(3);
  }
});

it('is named by diff as the map has it', async () => {
  const io = createMemoryIO({ files });
  const gitlab = { getCurrentUser: async () => aGitLabUser(), findProject: async () => undefined };
  await diff({ old: 'old.yaml', new: 'cmap.yaml', json: false }, io, createMemoryTools({ gitlab }));

  expect(io.stdout).toContain(
    'needs env:TEAM_A as well\nneeds keyvault:team-b as well\nneeds GITLAB_TOKEN__TEAM_A no longer',
  );
});

it('is kept by what is rendered, which asks for no alias of it', async () => {
  const render = async (command: typeof renderTerraform) => {
    const io = createMemoryIO({ files });
    expect(await command({ paths: ['cmap.yaml'], json: false }, io)).toBe(0);
    return io.stdout;
  };
  const io = createMemoryIO({ files });
  await renderJson({ paths: ['cmap.yaml'], compact: false, json: false }, io);
  const parsed = parseRuntimeMapping(io.stdout);

  expect('bindings' in parsed && parsed.bindings.map(({ credentialRef }) => credentialRef).toSorted()).toEqual([
    'env:TEAM_A',
    'keyvault:team-b',
  ]);
  const terraform = JSON.parse(await render(renderTerraform));
  expect(terraform).toMatchObject({ credential_aliases: [], '//': { secrets: ['team-b'] } });
  expect(await render(renderHelm)).toContain('credentials: {}');
});
