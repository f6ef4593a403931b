import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { startChild } from '../../sandbox/job/child.ts';
import { type CompanyNetwork, startCompanyNetwork } from './company-network.ts';
import { ADA, startTicketEnvironment } from './ticket-environment.ts';

const HOST = 'gitlab.company.test';
// What the agent's and the check's programs see: git without our help reaches GitLab, and asks who it is.
const VALIDATE = `git ls-remote https://${HOST}/group/app.git 2>&1 | grep -q 'could not read Username'`;
const SOURCE = { jira_project: 'PROJ', repo: 'group/app', validate: VALIDATE };

let folder: string;
let network: CompanyNetwork;
let environment: Environment;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cmap-company-'));
  network = await startCompanyNetwork(HOST);
  const certificates = path.join(folder, 'company-ca.pem');
  await writeFile(certificates, network.certificate);
  environment = await startTicketEnvironment([SOURCE], {
    withSettings({ gitlab }) {
      network.leadTo(gitlab.url);
      return {
        GITLAB_URL: `https://${HOST}`,
        HTTPS_PROXY: network.proxyUrl,
        NO_PROXY: '127.0.0.1,localhost',
        NODE_USE_ENV_PROXY: '1',
        NODE_EXTRA_CA_CERTS: certificates,
      };
    },
  });
});

afterAll(async () => {
  await environment.close();
  await network.close();
  await rm(folder, { recursive: true });
});

describe("a GitLab behind the company's proxy, with the company's certificates", () => {
  it('is reached by both programs, by git, and by what the agent and `validate` start', async () => {
    const key = environment.jira.createIssue({
      project: 'PROJ',
      summary: 'Explain the weather',
      status: 'AI Ready',
      reporter: ADA,
    });
    await environment.fire('poll-jira');
    await environment.settle();

    const runs = await environment.storage.ledger.listRecent(`issue~${key}`, 5);
    expect(runs).toMatchObject([{ state: 'done' }]);
    const [mergeRequest] = environment.gitlab.project(SOURCE.repo).mergeRequests;
    expect(mergeRequest?.sourceBranch).toBe(`agent/${key}`);
    expect(mergeRequest?.description).toContain('passed');
    expect(new Set(network.connections)).toEqual(new Set([`${HOST}:443`]));
  });

  it('is explained by doctor where the certificates are missing', async () => {
    const map = path.join(folder, 'map.yaml');
    await writeFile(map, 'mappings:\n  PROJ:\n    repo: group/app\n');
    const lines: string[] = [];
    const child = startChild({
      entry: inject('programs').cli,
      args: ['doctor', map],
      env: {
        GITLAB_URL: `https://${HOST}`,
        GITLAB_TOKEN: 'glpat-ticket-environment-token',
        HTTPS_PROXY: network.proxyUrl,
        NODE_USE_ENV_PROXY: '1',
      },
      onLine: (line) => lines.push(line),
    });
    expect((await child.exited).code).toBe(1);
    expect(lines.join('\n')).toContain('NODE_EXTRA_CA_CERTS');
  });
});
