import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { findIsolation, type Isolation, SPARE_UIDS } from '../../runner-container/agent/isolation.ts';
import type { BenchEnvironment, BenchLine } from './bench-line.ts';
import { type Cost, measureCost } from './measure-cost.ts';
import { BENCH_CREDENTIALS, prepareCodingRun } from './prepare-coding-run.ts';
import { type BenchedFiles, type ServedServices, startServices } from './start-services.ts';
import { median } from './take-turns.ts';

const run = promisify(execFile);
const ROUNDS = 5;

export interface BenchedRepository extends BenchedFiles {
  /** How the line calls it. */
  name: string;
  /** Whether the agent has a user of its own, as in the image. */
  isolated: boolean;
}

/**
 * A whole coding run whose agent only writes one file, against a native clone, commit and push of the same repository:
 * by the clock and in processor time of all processes but GitLab's and Jira's, the larger of which is the ratio.
 */
export async function measureCodingRun(
  { searchPath }: BenchEnvironment,
  repository: BenchedRepository,
): Promise<BenchLine> {
  const { services, close } = await startServices({
    repository,
    issues: ROUNDS + 1,
    ...BENCH_CREDENTIALS,
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-bench-'));
  // The agent's user passes through it.
  await chmod(folder, 0o711);
  try {
    const isolation = await chooseIsolation(repository);
    const perform = await prepareCodingRun({ services, folder, searchPath, isolation });
    const floor: Cost[] = [];
    const ours: Cost[] = [];
    for (const [round, issueKey] of services.issueKeys.entries()) {
      const directory = path.join(folder, `floor-${round}`);
      floor.push(await measureCost(() => cloneCommitPush(services, directory, `floor-${round}`)));
      await rm(directory, { recursive: true, force: true });
      ours.push(await measureCost(() => perform(issueKey)));
    }
    return compare(repository, floor.slice(1), ours.slice(1));
  } finally {
    await close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function compare({ name, isolated }: BenchedRepository, floor: readonly Cost[], ours: readonly Cost[]): BenchLine {
  const [floorMs, oursMs] = [floor, ours].map((costs) => median(costs.map(({ wallMs }) => wallMs)));
  const [floorCpu, oursCpu] = [floor, ours].map((costs) => median(costs.map(({ cpuMs }) => cpuMs)));
  const [floorOwn, oursOwn] = [floor, ours].map((costs) => median(costs.map(({ ownCpuMs }) => ownCpuMs)));
  const [byClock, byCpu] = [(oursMs ?? 0) / (floorMs ?? 0), (oursCpu ?? 0) / (floorCpu ?? 0)];
  return {
    name: `runner overhead, ${name}, empty agent${isolated ? ' with a user of its own' : ''}`,
    unit: 'ms',
    floor: floorMs ?? 0,
    ours: oursMs ?? 0,
    ratio: Math.max(byClock, byCpu),
    limit: 1.25,
    note: `${byClock.toFixed(2)}x by the clock, ${byCpu.toFixed(2)}x of ${floorCpu?.toFixed(0)} ms of processors, of which the process alone ${oursOwn?.toFixed(0)} of ${oursCpu?.toFixed(0)} ms (native ${floorOwn?.toFixed(0)}); ours includes every call to GitLab and Jira, the gate and the secret scan`,
  };
}

async function chooseIsolation({ isolated }: BenchedRepository): Promise<Isolation> {
  if (!isolated) return { kind: 'none', reason: 'a benchmark' };
  const isolation = await findIsolation({ user: 'agent', uids: SPARE_UIDS });
  if (isolation.kind === 'none') throw new Error(`The line needs root on Linux: ${isolation.reason}`);
  return isolation;
}

async function cloneCommitPush({ cloneUrl }: ServedServices, directory: string, branch: string): Promise<void> {
  const url = cloneUrl.replace('http://', `http://oauth2:${BENCH_CREDENTIALS.gitlabToken}@`);
  const git = (...args: string[]) => run('git', ['-C', directory, ...args]);
  await run('git', ['clone', '--quiet', '--depth', '1', url, directory]);
  await git('checkout', '--quiet', '-b', branch);
  await writeFile(path.join(directory, 'new.md'), 'New.\n');
  await git('add', '-A');
  await git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'New');
  await git('push', '--quiet', 'origin', branch);
}
