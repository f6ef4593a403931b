import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { explainSkip } from './explain-skip.ts';

const root = path.resolve(import.meta.dirname, '..');

// The real program; az and terraform are small scripts that note how they were called.
describe.skipIf(explainSkip('npm run deploy', 'not-windows'))('npm run deploy', () => {
  let tools = '';
  beforeEach(() => {
    tools = mkdtempSync(path.join(tmpdir(), 'cmap-tools-'));
  });
  afterEach(() => rmSync(tools, { recursive: true, force: true }));

  function install(name: string, script: string) {
    const file = path.join(tools, name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>"${tools}/calls"\n${script}\n`);
    chmodSync(file, 0o755);
  }
  const calls = () => (existsSync(`${tools}/calls`) ? readFileSync(`${tools}/calls`, 'utf8').trim().split('\n') : []);
  const deploy = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/deploy/main.ts', ...args], {
      cwd: root,
      env: { PATH: `${tools}:/usr/bin:/bin`, HOME: tools },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('with --plan prints every step and runs nothing', () => {
    for (const name of ['az', 'terraform', 'docker']) install(name, 'exit 0');
    const { status, stdout } = deploy('dev', '--plan');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ 1\. The Azure CLI/);
    expect(stdout).toContain('cmap-runner:');
    expect(calls()).toEqual([]);
  });

  it('stops where a tool is missing, and says which and where to get it', () => {
    const { status, stdout } = deploy('dev');
    expect(status).toBe(1);
    expect(stdout).toContain('there is no az on this machine');
    expect(stdout).toContain('https://learn.microsoft.com/cli/azure/install-azure-cli');
  });

  it('stops before it makes anything when you may not give roles', () => {
    install('terraform', `echo '{"terraform_version":"1.11.4"}'`);
    install(
      'az',
      `case "$*" in
  version*) echo '{"azure-cli":"2.71.0"}' ;;
  account*) echo '{"id":"00000000-0000-0000-0000-000000000000","name":"Trial","state":"Enabled"}' ;;
  ad*) echo 11111111-1111-1111-1111-111111111111 ;;
  role*list*) echo '["Contributor"]' ;;
esac`,
    );
    const { status, stdout } = deploy('dev');
    expect(status).toBe(1);
    expect(stdout).toMatch(/Step 5 failed: .*\n {2}you may not give roles/);
    expect(calls().filter((call) => / (create|apply|set|upload) /.test(` ${call} `))).toEqual([]);
  });

  it.each([
    { name: 'without an environment', args: [], code: 2, says: 'Name one environment' },
    {
      name: 'with one that has no file',
      args: ['nosuch'],
      code: 1,
      says: 'There is no infra/environments/nosuch.tfvars',
    },
  ])('$name says so and ends with $code', ({ args, code, says }) => {
    const { status, stderr } = deploy(...args);
    expect(status).toBe(code);
    expect(stderr).toContain(says);
  });
});
