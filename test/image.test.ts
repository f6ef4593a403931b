import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runnerSchema } from '../runner-container/app/settings.ts';
import { listPackages } from '../scripts/list-packages.ts';
import { RUNNER_EXTERNALS } from '../scripts/runner-externals.ts';

const root = path.resolve(import.meta.dirname, '..');
const dockerfile = readFileSync(path.join(root, 'runner-container/Dockerfile'), 'utf8');

interface Instruction {
  name: string;
  text: string;
  /** 0 is the first `FROM`; before it -1. */
  stage: number;
}

describe('the runner image', () => {
  const instructions = parseDockerfile(dockerfile);
  const last = Math.max(...instructions.map(({ stage }) => stage));
  const of = (name: string, stage = last) =>
    instructions.filter((one) => one.name === name && one.stage === stage).map(({ text }) => text);

  it('is built on one Node 24 image that can be pinned by its digest', () => {
    expect(of('ARG', -1)).toEqual(['NODE_IMAGE=node:24-bookworm-slim']);
    expect(instructions.filter(({ name }) => name === 'FROM').map(({ text }) => text)).toEqual([
      '$NODE_IMAGE AS build',
      '$NODE_IMAGE',
    ]);
    expect(dockerfile).toContain('@sha256:');
  });

  it('installs by the lock file, and no script of a package runs', () => {
    expect(of('RUN', 0)[0]).toContain('npm ci --ignore-scripts');
    expect(of('COPY', 0)[0]).toBe('package.json package-lock.json ./');
  });

  it('carries every package the bundle leaves out, as the tested layout does', () => {
    expect(of('RUN', 0)).toContain('node scripts/lay-out-runner.ts /app');
    expect(of('COPY')).toEqual(['--from=build --chown=root:root /app /app']);
    const packages = listPackages(root, RUNNER_EXTERNALS);
    for (const name of ['@github/copilot-sdk', '@secretlint/core', 'zod', 'vscode-jsonrpc'])
      expect(packages).toContain(path.join('node_modules', name));
    expect(packages.filter((name) => /azure|biome|esbuild|node-linux/.test(name))).toEqual([]);
  });

  it('has what Node compiled at the path it was compiled for', () => {
    const [, laidOutAt] = /^node scripts\/lay-out-runner\.ts (\S+)$/.exec(of('RUN', 0).at(-1) ?? '') ?? [];
    const [, from, to] = /^--from=build --chown=root:root (\S+) (\S+)$/.exec(of('COPY')[0] ?? '') ?? [];
    expect([from, to]).toEqual([laidOutAt, laidOutAt]);
    expect(of('ENTRYPOINT')[0]).toContain(`${laidOutAt}/main.js`);
    // What is compiled is found by its user as well, and both stages are root's.
    expect([...of('USER', 0), ...of('USER')]).toEqual([]);
  });

  it('has git, setpriv and the certificates, and a user for the agent who owns nothing', () => {
    const [packages = '', users = ''] = of('RUN');
    for (const name of ['git', 'git-lfs', 'util-linux', 'ca-certificates', 'openssh-client', 'tini'])
      expect(packages.split(/\s+/)).toContain(name);
    expect(users).toContain('useradd --uid 10001 --gid agent --no-create-home');
    // As many as RUNNER_RUNS_AT_ONCE may be.
    expect(users).toContain('for n in 2 3 4 5 6 7 8; do groupadd --gid "1000$n" "agent-$n"');
    expect(users).toContain('useradd --uid "1000$n" --gid "agent-$n" --no-create-home');
    expect(users).toContain('chmod 0711 /usr/local/bin/node');
    expect(of('COPY').every((text) => text.includes('--chown=root:root'))).toBe(true);
  });

  it('has the command line on its path, from the same layout', () => {
    expect(of('COPY', 0)).toContain('cli ./cli');
    expect(of('RUN')[1]).toContain('ln -s /app/cli/bin.js /usr/local/bin/cmap');
    expect(readFileSync(path.join(root, '.dockerignore'), 'utf8').split('\n')).toContain('!cli');
  });

  it('starts as root, insists on isolation, and opens no debugger', () => {
    expect(of('USER')).toEqual([]);
    expect(of('ENV')[0]).toContain('RUNNER_REQUIRE_ISOLATION=on');
    expect(of('ENV')[0]).toContain('RUNNER_AGENT_USER=agent');
    const [entrypoint = '[]'] = of('ENTRYPOINT');
    expect(JSON.parse(entrypoint)).toEqual([
      '/usr/bin/tini',
      '--',
      '/usr/local/bin/node',
      '--disable-sigusr1',
      '/app/main.js',
    ]);
  });

  it('names only settings the runner knows, and brings no secret into a layer', () => {
    const names = [
      ...of('ENV')
        .join(' ')
        .matchAll(/([A-Z_]+)=/g),
    ].map(([, name]) => name);
    for (const name of names.filter((one) => one !== 'NODE_ENV'))
      expect(Object.keys(runnerSchema.shape)).toContain(name);
    const given = instructions.filter(({ name }) => name === 'ARG' || name === 'ENV').map(({ text }) => text);
    expect(given.filter((text) => /token|secret|password|api_?key/i.test(text))).toEqual([]);
  });

  it('copies what is there and what the builder is given, and the builder is given nothing else', () => {
    const allowed = readFileSync(path.join(root, '.dockerignore'), 'utf8').split('\n');
    expect(allowed.find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
    const sources = of('COPY', 0).flatMap((text) => text.split(/\s+/).slice(0, -1));
    for (const source of sources) {
      expect(existsSync(path.join(root, source)), source).toBe(true);
      expect(allowed).toContain(`!${source}`);
    }
    expect(allowed.filter((line) => line.startsWith('!')).sort()).toEqual(sources.map((source) => `!${source}`).sort());
  });
});

describe('the examples of images for other toolchains', () => {
  const folder = path.join(root, 'examples/runner-images');
  const files = readdirSync(folder);

  it('are there for Python, Java, .NET and Go', () => {
    expect(files).toEqual(['dotnet.Dockerfile', 'go.Dockerfile', 'java.Dockerfile', 'python.Dockerfile']);
  });

  it.each(files)('%s keeps what the runner relies on', (file) => {
    const instructions = parseDockerfile(readFileSync(path.join(folder, file), 'utf8'));
    const last = Math.max(...instructions.map(({ stage }) => stage));
    const own = instructions.filter(({ stage }) => stage === last);
    const [from, ...rest] = own;
    expect(from).toMatchObject({ name: 'FROM', text: '$RUNNER' });
    expect(rest.filter(({ name }) => name !== 'RUN' && name !== 'COPY')).toEqual([]);
    // Takes the rights of setuid programs away, as the last thing that is done.
    const [strip = ''] = /find \/ -xdev -type f -perm \/6000 -exec chmod a-s '\{\}' \+/.exec(dockerfile) ?? [];
    expect(strip).not.toBe('');
    expect(rest.at(-1)?.text.endsWith(strip)).toBe(true);
    for (const { text } of rest.filter(({ name }) => name === 'COPY'))
      expect(text).toMatch(/^--from=tools --chown=root:root /);
  });

  it.each(files)('%s takes every base from an argument, of a version', (file) => {
    const instructions = parseDockerfile(readFileSync(path.join(folder, file), 'utf8'));
    const given = instructions.filter(({ stage }) => stage === -1).map(({ text }) => text);
    expect(given[0]).toBe('RUNNER');
    for (const text of given.slice(1)) expect(text).toMatch(/^[A-Z]+_IMAGE=[^:]+:[0-9]/);
    const bases = instructions.filter(({ name }) => name === 'FROM').map(({ text }) => text.split(' ')[0]);
    expect(bases).toEqual([...given.slice(1), 'RUNNER'].map((text) => `$${text.split('=')[0]}`));
  });
});

describe('the functions image', () => {
  const file = readFileSync(path.join(root, 'functions/Dockerfile'), 'utf8');
  const instructions = parseDockerfile(file);
  const of = (name: string, stage: number) =>
    instructions.filter((one) => one.name === name && one.stage === stage).map(({ text }) => text);

  it('is the host of Node 24 with the package that is published to Azure, and both images can be pinned', () => {
    expect(of('ARG', -1)).toEqual([
      'NODE_IMAGE=node:24-bookworm-slim',
      'HOST_IMAGE=mcr.microsoft.com/azure-functions/node:4-node24',
    ]);
    expect(of('RUN', 0)[0]).toContain('npm ci --ignore-scripts');
    expect(of('RUN', 0)).toContain('node scripts/lay-out-functions.ts');
    expect(of('COPY', 1)).toEqual(['--from=build --chown=root:root /src/dist/image /home/site/wwwroot']);
    expect(file).toContain('Manifest.Digest');
  });

  it('runs as a user without rights who owns no code, and listens where such a user may', () => {
    const [user = ''] = of('USER', 1);
    const [made = ''] = of('RUN', 1);
    expect(user).toBe('10002:10002');
    expect(made).toContain('useradd --uid 10002 --gid functions --no-create-home');
    expect(made).not.toContain('wwwroot');
    expect(of('ENV', 1)[0]).toContain('ASPNETCORE_URLS=http://+:8080');
  });

  it('copies what is there and what the builder is given, and the builder is given nothing else', () => {
    const allowed = readFileSync(path.join(root, 'functions/Dockerfile.dockerignore'), 'utf8').split('\n');
    const sources = of('COPY', 0).flatMap((text) => text.split(/\s+/).slice(0, -1));
    for (const source of sources) expect(existsSync(path.join(root, source)), source).toBe(true);
    expect(allowed.find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
    expect(allowed.filter((line) => line.startsWith('!')).sort()).toEqual(sources.map((source) => `!${source}`).sort());
  });

  it('brings no secret into a layer', () => {
    const given = instructions.filter(({ name }) => name === 'ARG' || name === 'ENV').map(({ text }) => text);
    expect(given.filter((text) => /token|secret|password|api_?key/i.test(text))).toEqual([]);
  });
});

/** Instructions with their continued lines joined; comments left out. https://docs.docker.com/reference/dockerfile/ */
function parseDockerfile(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  let stage = -1;
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.trim().split(/\s+/);
      if (name === 'FROM') stage += 1;
      return { name, text: rest.join(' '), stage };
    });
}
