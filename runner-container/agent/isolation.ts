import { stat } from 'node:fs/promises';

import { runCommand } from './run-command.ts';
import { leaseUid } from './uid-lease.ts';

/**
 * Who the agent runs as. The operating system's user is the boundary between the agent and the runner: shells read
 * everything their user can read, and no check of a command's text changes that.
 *
 * - `user`: one account, which one run at a time has. A container with several runs at once has several of them.
 * - `uid-range`: a number of its own for every run, for machines where several runners work side by side. Ending a
 *   session kills every process of its user, so two runs must never share one. The numbers need no account.
 * - `none`: the runner's own user. Fine to try things out on a laptop; a runner with `requireIsolation` refuses to
 *   start.
 */
export type Isolation =
  | { kind: 'user'; name: string; uid: number; gid: number }
  | { kind: 'uid-range'; first: number; count: number }
  | { kind: 'none'; reason: string };

export interface IsolationOptions {
  /** Account of the container image, e.g. `agent`. Used when it exists. */
  user?: string;
  /** Used when there is no such account. Nothing else on the machine may use these numbers. */
  uids?: { first: number; count: number };
}

/** 0x7000_0000 and up is left alone by distributions, systemd and container engines. */
export const SPARE_UIDS = { first: 1_900_000_000, count: 64 } as const;

/** Finds the strongest isolation this machine allows, by trying it. Never throws. */
export async function findIsolation({ user, uids }: IsolationOptions): Promise<Isolation> {
  if (process.platform !== 'linux') return { kind: 'none', reason: 'the agent gets a user of its own only on Linux' };

  const account = user ? await findAccount(user) : undefined;
  const candidate: Isolation | undefined =
    account ?? (uids && { kind: 'uid-range', first: uids.first, count: uids.count });
  if (!candidate) return { kind: 'none', reason: user ? `there is no user ${user}` : 'no user is configured' };

  const uid = candidate.kind === 'user' ? candidate.uid : candidate.first;
  const gid = candidate.kind === 'user' ? candidate.gid : candidate.first;
  try {
    await runCommand(SETPRIV, [...switchUserArguments({ uid, gid }), '/bin/true']);
    return candidate;
  } catch {
    // The reason why setpriv failed is the same for every cause a person could act on.
    return { kind: 'none', reason: 'the runner may not switch users here (it is not root, or setpriv is missing)' };
  }
}

/**
 * One isolation for each run at once, at least one and no two with the same user: the account that `findIsolation`
 * finds and those named after it, `agent-2` and so on, as far as they exist; or numbers that are ours from now on until
 * this process ends. Only one where the agent has no user of its own.
 */
export async function findIsolations(
  options: IsolationOptions,
  runsAtOnce: number,
): Promise<[Isolation, ...Isolation[]]> {
  const first = await findIsolation(options);
  if (runsAtOnce === 1 || first.kind === 'none') return [first];
  const found: [Isolation, ...Isolation[]] = [first.kind === 'user' ? first : await leaseUser(first)];
  while (found.length < runsAtOnce) {
    const next =
      first.kind === 'user' ? await findAccount(`${first.name}-${found.length + 1}`) : await leaseUser(first);
    if (!next) break;
    found.push(next);
  }
  return found;
}

/** One line for the start-up log and the demo: of a runner with one run at once, or with several. */
export function describeIsolation(isolation: Isolation, runsAtOnce = 1): { isolation: 'user' | 'none'; text: string } {
  if (runsAtOnce > 1) return { isolation: 'user', text: `each of ${runsAtOnce} runs at once has a user of its own` };
  switch (isolation.kind) {
    case 'user':
      return { isolation: 'user', text: `the agent runs as user ${isolation.name}` };
    case 'uid-range':
      return { isolation: 'user', text: 'each run of the agent has a user of its own' };
    case 'none':
      return { isolation: 'none', text: `the agent runs as the same user as the runner: ${isolation.reason}` };
  }
}

/** @throws {Error} when the agent would run as the runner's user. For runners whose image promises otherwise. */
export function assertIsolated(isolation: Isolation): void {
  if (isolation.kind !== 'none') return;
  throw new Error(`The runner does not start without a user for the agent: ${isolation.reason}`);
}

/**
 * @throws {Error} when the agent's user can read the runtime's program. Then its shells can read the runtime's memory
 * as well, where a GitHub token lies, and speak to the runner in its place. For runners whose image promises otherwise.
 */
export async function assertRuntimeHidden(runtimePath: string): Promise<void> {
  const { mode, uid } = await stat(runtimePath);
  if (uid === process.getuid?.() && (mode & 0o077) === 0o011) return;
  throw new Error(
    `The runner does not start with a runtime the agent can read: ${runtimePath} must be root's, with mode 0711`,
  );
}

/** util-linux's; part of every Debian image. */
export const SETPRIV = '/usr/bin/setpriv';

/**
 * Arguments for setpriv up to the command: no capabilities, no way to gain any. The command is started through `env`
 * because an executable without read permission hides its process only when the exec comes from an unprivileged
 * process.
 */
export function switchUserArguments({ uid, gid }: { uid: number; gid: number }): string[] {
  // Dropping the bounding set takes CAP_SETPCAP, which a non-root runner with three ambient capabilities lacks; with
  // no-new-privs nothing can be gained from it.
  const bounding = process.getuid?.() === 0 ? ['--bounding-set=-all'] : [];
  return [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=-all',
    '--ambient-caps=-all',
    ...bounding,
    '--no-new-privs',
    '/usr/bin/env',
  ];
}

async function leaseUser(range: Extract<Isolation, { kind: 'uid-range' }>): Promise<Isolation> {
  const { uid } = await leaseUid(range);
  return { kind: 'user', name: 'agent', uid, gid: uid };
}

async function findAccount(name: string): Promise<Extract<Isolation, { kind: 'user' }> | undefined> {
  try {
    const [uid, gid] = await Promise.all([runCommand('id', ['-u', name]), runCommand('id', ['-g', name])]);
    return { kind: 'user', name, uid: Number(uid), gid: Number(gid) };
  } catch {
    return undefined; // `id` fails for unknown names only
  }
}
