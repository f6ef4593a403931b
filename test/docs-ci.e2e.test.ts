import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { git } from './git-repositories.ts';

const folderOfDocs = path.resolve(import.meta.dirname, '../docs/ci');
const files = globSync('*.yml', { cwd: folderOfDocs }).toSorted();
const read = (name: string) => parse(readFileSync(path.join(folderOfDocs, name), 'utf8')) as unknown;

/** Every shell script of a pipeline, wherever its kind of file puts them. */
function scriptsOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(scriptsOf);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (!['script', 'before_script', 'run', 'inlineScript'].includes(key)) return scriptsOf(value);
    return [Array.isArray(value) ? value.join('\n') : String(value)];
  });
}

/** The script of a job of GitLab, as its runner gives it to a shell. */
function jobOf(name: string, file = 'map.gitlab-ci.yml'): string {
  const jobs = read(file) as Record<string, { script: string[] }>;
  return ['set -e', ...(jobs[name]?.script ?? ['exit 99'])].join('\n');
}

let folder: string;
let bin: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'docs-ci-'));
  bin = path.join(folder, 'bin');
  mkdirSync(bin);
  command('cmap', `exec "${process.execPath}" "${inject('programs').cli}" "$@"`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function command(name: string, script: string): void {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, name), 0o755);
}

/** Runs a script in `work`; `calls` is what the programs that note it were asked. */
async function run(script: string, work: string, variables: Record<string, string>) {
  const calls = path.join(folder, 'calls');
  writeFileSync(calls, '');
  const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: folder, CALLS: calls, ...variables };
  const end = await promisify(execFile)('sh', ['-c', script], { cwd: work, env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
  return { ...end, calls: readFileSync(calls, 'utf8').split('\n').filter(Boolean) };
}

const NOTE = `printf '%s\\n' "\${0##*/} $*" >> "$CALLS"`;
const map = (repo: string) => `bindings:\n  - jira_project: PROJ\n    repo: ${repo}\n`;

describe('the pipelines of docs/ci', () => {
  it('are there for three systems, each for the mapping and for the deployment', () => {
    expect(files).toEqual(
      ['deploy', 'map'].flatMap((what) =>
        ['azure-pipelines', 'github', 'gitlab-ci'].map((system) => `${what}.${system}.yml`),
      ),
    );
  });

  it.each(files)('%s has scripts a shell can read, and runs no package of strangers', (name) => {
    const scripts = scriptsOf(read(name));
    expect(scripts.length).toBeGreaterThan(2);
    for (const script of scripts) {
      execFileSync('bash', ['-n'], { input: script });
      expect(script).not.toContain('npx');
    }
  });

  it.each(files.filter((name) => name.startsWith('deploy')))('%s signs what it deployed', (name) => {
    const script = scriptsOf(read(name)).join('\n');
    const order = [
      'npm run deploy -- prod --map',
      'npm sbom',
      'output -raw runner_image',
      'cosign sign',
      'cosign attest',
    ];
    const places = order.map((words) => script.indexOf(words));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('signs the image by the digest it was deployed with, and gives no token as an argument', async () => {
    command('npm', NOTE);
    command('terraform', 'echo crx.azurecr.io/cmap-runner@sha256:abc');
    command('az', `${NOTE}\ncase "$*" in *--expose-token*) echo the-registry-token ;; esac`);
    command('cosign', `${NOTE}\ncase "$*" in login*) cat > "$HOME/token" ;; esac`);
    const { code, calls } = await run(jobOf('deploy', 'deploy.gitlab-ci.yml'), folder, { AZURE_TOKEN: 'jwt' });
    expect(code).toBe(0);
    expect(calls.filter((call) => call.startsWith('cosign'))).toEqual([
      'cosign login crx.azurecr.io --username 00000000-0000-0000-0000-000000000000 --password-stdin',
      'cosign sign --yes crx.azurecr.io/cmap-runner@sha256:abc',
      'cosign attest --yes --type cyclonedx --predicate sbom.json crx.azurecr.io/cmap-runner@sha256:abc',
    ]);
    expect(calls).toContainEqual(expect.stringMatching(/^az acr login --name crx --expose-token/));
    expect(calls.join('\n')).not.toContain('the-registry-token');
    expect(readFileSync(path.join(folder, 'token'), 'utf8').trim()).toBe('the-registry-token');
  });

  it.each([
    { name: 'none yet', known: '[]', asks: ['POST', 'notes'] },
    {
      name: 'one of an earlier run',
      known: '[{"id":31,"body":"**What this changes in cmap** x"}]',
      asks: ['PUT', 'notes/31'],
    },
  ])('says in one note what a mapping changes, where there is $name', async ({ known, asks }) => {
    const [remote, work] = [path.join(folder, 'remote.git'), path.join(folder, 'work')];
    git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', remote);
    git(folder, 'clone', '--quiet', remote, work);
    writeFileSync(path.join(work, 'cmap.yaml'), map('group/app'));
    git(work, 'add', '.');
    git(work, 'commit', '--quiet', '-m', 'First');
    git(work, 'push', '--quiet', 'origin', 'HEAD:main');
    writeFileSync(path.join(work, 'cmap.yaml'), map('group/other'));
    command('apt-get', 'exit 0');
    command(
      'curl',
      `${NOTE}\ncase "$*" in *per_page*) printf '%s' '${known}' ;; *) cp note.json "$HOME/sent.json" ;; esac`,
    );
    const { code, calls } = await run(jobOf('preview'), work, {
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      CI_API_V4_URL: 'https://gitlab.example.com/api/v4',
      CI_PROJECT_ID: '7',
      CI_MERGE_REQUEST_IID: '3',
      CMAP_NOTE_TOKEN: 'the-note-token',
    });
    expect(code).toBe(0);
    const [method = '', place = ''] = asks;
    expect(calls.at(-1)).toContain(`-X ${method} `);
    expect(calls.at(-1)).toMatch(new RegExp(`merge_requests/3/${place}$`));
    expect(calls.join('\n')).not.toContain('the-note-token');
    const { body } = JSON.parse(readFileSync(path.join(folder, 'sent.json'), 'utf8')) as { body: string };
    expect(body).toMatch(/^\*\*What this changes in cmap\*\*\n\n```\n[\s\S]*~ PROJ\n {4}repo: [\s\S]*\n```\n$/);
  });

  it('says nothing of a mapping that is wrong, and ends with its problems', async () => {
    writeFileSync(path.join(folder, 'cmap.yaml'), map('no path'));
    for (const name of ['apt-get', 'curl']) command(name, NOTE);
    const { code, calls } = await run(jobOf('preview'), folder, {});
    expect(code).toBe(1);
    expect(calls.filter((call) => call.startsWith('curl'))).toEqual([]);
  });

  it('uploads what it rendered and has it taken, and no secret stands in an argument of another program', async () => {
    writeFileSync(path.join(folder, 'cmap.yaml'), map('group/app'));
    expect((await run(jobOf('render'), folder, {})).code).toBe(0);
    expect(JSON.parse(readFileSync(path.join(folder, 'map.json'), 'utf8'))).toMatchObject({
      mappings: { PROJ: { repo: 'group/app' } },
    });
    command('az', `${NOTE}\ncase "$*" in *secret*) echo the-admin-secret ;; esac`);
    command('curl', `${NOTE}\ncat > "$HOME/header"`);
    const { code, calls } = await run(jobOf('apply'), folder, {
      AZURE_CLIENT_ID: 'c',
      AZURE_TENANT_ID: 't',
      AZURE_TOKEN: 'jwt',
      CMAP_STORAGE_ACCOUNT: 'account',
      CMAP_KEY_VAULT: 'vault',
      CMAP_URL: 'https://cmap.example.com',
    });
    expect(code).toBe(0);
    expect(calls.map((call) => call.split(' ').slice(0, 4).join(' '))).toEqual([
      'az login --service-principal --username',
      'az storage blob upload',
      'az keyvault secret show',
      'curl -sS --fail-with-body --retry',
    ]);
    expect(calls[1]).toContain('--container-name config --name project-map.json --file map.json --overwrite');
    expect(calls.at(-1)).toMatch(/ https:\/\/cmap\.example\.com\/api\/config\/reload$/);
    expect(calls.join('\n')).not.toContain('the-admin-secret');
    expect(readFileSync(path.join(folder, 'header'), 'utf8')).toBe('x-cmap-admin-secret: the-admin-secret');
  });
});
