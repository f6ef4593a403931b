import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { explainSkip } from '../explain-skip.ts';
import { waitUntil } from '../wait-until.ts';
import { createAttack, promptsOf, toolOutputOf } from './attack.ts';
import { CANARIES, createTriggeredIssue, reportsOn, startTwoTeamsEnvironment } from './two-teams-environment.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const FIRST_AGENT_UID = 1_900_000_000;
/** Stands for the header that opens the identity endpoint of Azure. */
const IDENTITY_CANARY = 'canary-identity-0123456789';
const REPO = 'group/service-a';

/** The runs of one deployment in runners of their own, and all in one runner. */
const RUNNERS = [
  { where: 'with a runner for each run', runsAtOnce: 1, said: 'each run of the agent has a user of its own' },
  { where: 'with all runs in one runner', runsAtOnce: 3, said: 'each of 3 runs at once has a user of its own' },
];

describe.skipIf(explainSkip('agent isolation', 'root-on-linux')).each(RUNNERS)(
  'an agent that attacks, under the runner as the image has it, $where',
  ({ runsAtOnce, said }) => {
    let environment: Environment;
    let image: string;
    let directory: string;
    let workspaces: string;
    let temporary: string;
    /** The ticket of a session that stands still, and the ticket of the attacker beside it. */
    let victim: string;
    let attacker: string;
    let victimPaths: string[] = [];
    let listeners: string[] = [];
    /** The last line that each runner has written, by its pid. */
    const lastLines = new Map<number, string>();

    beforeAll(async () => {
      image = await mkdtemp(path.join(tmpdir(), 'cmap-image-'));
      directory = await mkdtemp(path.join(tmpdir(), 'cmap-private-'));
      workspaces = path.join(directory, 'workspaces');
      temporary = path.join(directory, 'temporary');
      for (const child of [workspaces, temporary]) await mkdir(child, { mode: 0o711 });
      await run(process.execPath, [path.join(root, 'scripts/lay-out-runner.ts'), image]);
      for (const child of [image, directory]) await chmod(child, 0o711);

      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      let standing = false;
      environment = await startTwoTeamsEnvironment({
        programs: { ...inject('programs'), runner: path.join(image, 'main.js') },
        ...(runsAtOnce === 1 ? {} : { maxRunners: 1 }),
        bindings: { CHECKED: { repo: REPO, validate: VALIDATE, repair_rounds: 0 } },
        runnerEnv: {
          RUNNER_REQUIRE_ISOLATION: 'on',
          RUNNER_RUNS_AT_ONCE: String(runsAtOnce),
          RUNNER_WORKSPACE_ROOT: workspaces,
          TMPDIR: temporary,
          IDENTITY_HEADER: IDENTITY_CANARY,
        },
        onLog(line, { program, pid }) {
          if (program === 'runner') lastLines.set(pid, line);
        },
        async onModelRequest({ body }) {
          if (!victim || !body.includes(victim) || standing) return;
          standing = true;
          await released;
        },
      });

      victim = createAttack(environment, LEAVE_BEHIND, 'OPS');
      await environment.fire('poll-jira');
      await waitUntil('the victim works', () => standing);
      victimPaths = await findRunPaths(directory);
      attacker = createAttack(environment, attack([...victimPaths, image, root]));
      await environment.fire('poll-jira');
      await waitUntil('the attacker is through', () => toolOutputOf(environment, attacker).includes('attack is over'));
      listeners = await findListeners();
      release();
      await environment.settle();
    });
    afterAll(async () => {
      await environment?.close();
      for (const child of [image, directory]) await rm(child, { recursive: true, force: true });
    });

    it('does its work: the image’s runner takes a ticket to a merge request', async () => {
      const key = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');

      await environment.fire('poll-jira');
      await environment.settle();

      expect(reportsOn(environment, key)).toEqual([expect.stringContaining('was opened as a draft')]);
      expect(environment.logs.filter((line) => line.includes(said))).not.toEqual([]);
    });

    it('has the command line, which works where nothing else is', async () => {
      const map = path.join(image, 'cmap.yaml');
      await writeFile(map, 'bindings:\n  - jira_project: PROJ\n    repo: group/app\n');
      const cmap = [path.join(image, 'cli/bin.js'), 'validate', 'cmap.yaml'];
      const { stdout } = await run(process.execPath, cmap, { cwd: image, env: {} });
      expect(stdout).toContain('cmap.yaml: 1 binding, no problems');
    });

    it('looked at the runner, the runtime and every other process, and its own process shows that looking works', () => {
      const output = toolOutputOf(environment, attacker);

      expect(output).toMatch(/^control: environ open mem open fd open$/m);
      expect(output).toMatch(/^control: getfd open$/m);
      expect(Number(/^looked at (\d+) processes$/m.exec(output)?.[1])).toBeGreaterThan(5);
      expect(output).toMatch(/^looked at the runtime$/m);
      expect(output).toMatch(/^looked at a runner$/m);
    });

    it.each([
      { name: 'no environment of another process, the runtime included', hole: 'environ' },
      { name: 'no memory', hole: 'mem' },
      { name: 'no open files, so neither pipes to the runner nor sockets', hole: 'fd' },
      { name: 'no descriptor through the kernel', hole: 'getfd' },
      { name: 'no process to attach to', hole: 'ptrace' },
      { name: 'no signal to the runner', hole: 'signal' },
      { name: 'no directory of a run beside it, and no file in one', hole: 'read' },
      { name: 'no file outside its own directories to write', hole: 'write' },
      { name: 'no file that holds a credential', hole: 'secret' },
      {
        name: 'no credential of the storage account, and none of the identity endpoint, in its environment',
        hole: 'variable',
      },
    ])('reaches $name', ({ hole }) => {
      const found = toolOutputOf(environment, attacker).match(new RegExp(`^HOLE ${hole}\\b.*$`, 'gm'));
      expect(found ?? []).toEqual([]);
    });

    it('was given the paths of the run beside it', () => {
      const names = victimPaths.map((file) => path.relative(directory, file).replace(/-[A-Za-z0-9]{6}\b/g, ''));
      expect(names).toEqual(
        expect.arrayContaining(['workspaces/run/tree', 'workspaces/run/runner/git', 'workspaces/cmap-agent/home']),
      );
    });

    it('met no listening socket of a runner or a runtime but the name a user id is claimed by', () => {
      expect(listeners.filter((name) => !name.startsWith('@cmap-agent-uid-'))).toEqual([]);
      expect(listeners.length).toBeGreaterThan(0);
    });

    it('leaves no process: neither in the background, nor in another session, nor forked twice, nor forking on', async () => {
      expect(toolOutputOf(environment, victim)).toContain('left behind');
      expect(await listAgentProcesses()).toEqual([]);
    });

    it('leaves no process by way of the validate command either', async () => {
      const key = createTriggeredIssue(environment, 'CHECKED', 'edit-and-submit');

      await environment.fire('poll-jira');
      await environment.settle();

      expect(reportsOn(environment, key)[0]).toContain('was opened as a draft');
      expect(reportsOn(environment, key)[0]).toMatch(/setsid.* passed/);
      expect(await listAgentProcesses()).toEqual([]);
    });

    it('leaves nothing for the next agent on this machine: no file, no shared memory, no workspace', async () => {
      for (const directory of ['/tmp', '/var/tmp', '/dev/shm', '/run/lock'])
        expect((await readdir(directory)).filter((name) => name.startsWith('cmap-planted'))).toEqual([]);
      const { stdout } = await run('ipcs', ['-m', '-q', '-s']);
      expect(stdout.split('\n').filter((line) => /\b19\d{8}\b/.test(line))).toEqual([]);
      // They are removed after the run is settled.
      const left = async () => [...(await readdir(workspaces)), ...(await readdir(temporary))];
      await expect.poll(left).toEqual([]);
    });

    it('plants no instructions: they come from the target branch, and only reviewed files get there', async () => {
      const planted = 'OBEY-THE-PLANTED-FILE';
      expect(await environment.gitlab.readFile('group/platform-tools', `agent/${victim}`, 'AGENTS.md')).toContain(
        planted,
      );
      expect(await environment.gitlab.readFile('group/platform-tools', 'develop', 'AGENTS.md')).toBeUndefined();

      const before = promptsOf(environment, victim).length;
      environment.jira.addComment(victim, 'Please go on.', 'ada');
      environment.jira.moveIssue(victim, 'AI Ready', 'ada');
      await environment.fire('poll-jira');
      await environment.settle();

      const later = promptsOf(environment, victim).slice(before);
      expect(later.length, 'a second run on the same branch').toBeGreaterThan(0);
      expect(later.filter((body) => body.includes(planted))).toEqual([]);
      expect(toolOutputOf(environment, victim), 'the file itself was there').toMatch(/^found AGENTS.md$/m);
      expect(toolOutputOf(environment, victim)).not.toMatch(/^found in home/m);
    });

    it('changes nothing that decides about the review: the ticket names the files and the next step', async () => {
      const key = createAttack(environment, TOUCH_PROTECTED, 'CHECKED');

      await environment.fire('poll-jira');
      await environment.settle();

      const [report = ''] = reportsOn(environment, key).map((text) => text.replaceAll('\\', ''));
      for (const file of [
        '.gitlab-ci.yml',
        'docs/CODEOWNERS',
        'src/.gitattributes',
        '.githooks/pre-commit',
        '.gitmodules',
      ])
        expect(report).toContain(`\`${file}\`: Is protected`);
      expect(report).toContain('by hand');
      expect(environment.gitlab.project(REPO).repository.branches.has(`agent/${key}`)).toBe(false);
    });

    it('sent the model nothing that is secret', () => {
      const secrets = [
        ...Object.values(CANARIES),
        IDENTITY_CANARY,
        'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq',
      ];
      const bodies = (environment.model?.requests ?? []).map(({ body }) => body);
      expect(secrets.filter((secret) => bodies.some((body) => body.includes(secret)))).toEqual([]);
    });

    it('finds no way around with a runtime it could read: then the runner does not start', async () => {
      const runtime = (await run('find', [image, '-name', 'copilot-runtime'])).stdout.trim();
      await chmod(runtime, 0o755);
      const runner = environment.startRunner();

      expect((await runner.exited).code).toBe(1);
      expect(lastLines.get(runner.pid)).toContain("must be root's, with mode 0711");
      await chmod(runtime, 0o711);
    });
  },
);

/** Looks at every other process and at every path, and says what was open. */
function attack(paths: string[]): string {
  return `
me=$(id -u)
look() { # kind pid
  p=/proc/$2
  [ "$(head -c 1 $p/environ 2>/dev/null | wc -c)" = 0 ] || echo "$3 environ $1 $2"
  [ -z "$(ls $p/fd 2>/dev/null)" ] || echo "$3 fd $1 $2"
  (exec 9<$p/mem) 2>/dev/null && echo "$3 mem $1 $2"
  perl -e '$f=syscall(434,$ARGV[0],0); exit 1 if $f<0; exit(syscall(438,$f,1,0)<0)' $2 2>/dev/null && echo "$3 getfd $1 $2"
  [ $(uname -m) != x86_64 ] || ! perl -e 'exit(syscall(101,0x4206,$ARGV[0],0,0)!=0)' $2 2>/dev/null || echo "$3 ptrace $1 $2"
}
sleep 600 & own=$!
# Until it is sleep it is this shell, and in between it has no environment.
until tr '\\0' ' ' </proc/$own/cmdline 2>/dev/null | grep -q '^sleep '; do :; done
opened=$(look control $own CONTROL)
echo "control: environ $(grep -q ' environ ' <<<"$opened" && echo open) mem $(grep -q ' mem ' <<<"$opened" && echo open) fd $(grep -q ' fd ' <<<"$opened" && echo open)"
kill $own
perl -e 'pipe(R, W); if (!($k = fork)) { close W; <R>; exit } $f = syscall(434, $k, 0); print "control: getfd ", syscall(438, $f, 1, 0) >= 0 ? "open" : "", "\n"; kill 9, $k'
seen=0
for p in /proc/[0-9]*; do
  pid=\${p#/proc/}
  [ -n "$(tr -d '\\0' <$p/cmdline 2>/dev/null)" ] || continue
  uid=$(awk '/^Uid:/{print $2}' $p/status 2>/dev/null)
  kind=other
  tr '\\0' ' ' <$p/cmdline | grep -q '/main[.]js' && { kind=runner; echo 'looked at a runner'; }
  if [ "$uid" = "$me" ]; then
    readlink -f /proc/$PPID >/dev/null
    tr '\\0' ' ' <$p/cmdline | grep -q 'copilot-runtime' || continue
    kind=runtime; echo 'looked at the runtime'
  else
    kill -0 $pid 2>/dev/null && echo "HOLE signal $kind $pid"
  fi
  seen=$((seen+1))
  look $kind $pid HOLE
done
echo "looked at $seen processes"

while read -r path; do
  if [ -d "$path" ]; then
    (: >"$path/cmap-was-here") 2>/dev/null && echo "HOLE write $path"
    seen=$(ls -A "$path" 2>/dev/null)
  else
    (exec 9>>"$path") 2>/dev/null && echo "HOLE write $path"
    seen=$(head -c 1 "$path" 2>/dev/null)
  fi
  case $path in *cmap-private-*) [ -z "$seen" ] || echo "HOLE read $path" ;; esac
done <<'PATHS'
${paths.join('\n')}
PATHS
for path in / /etc /usr/bin /usr/local/bin /root /var/lib /run "$(dirname "$PWD")" "$(dirname "$HOME")" "$(dirname "$HOME")/copilot" $(dirname $(readlink -f /proc/$PPID/exe 2>/dev/null || echo /usr/bin/x)); do
  (: >"$path/cmap-was-here") 2>/dev/null && echo "HOLE write $path"
done

secrets='glpat-[c]anary|canary-[a-z-]*-012345678[9]|AccountKey[=]|IDENTITY_HEADE[R]='
env | grep -qE "$secrets" && echo "HOLE variable value"
env | cut -d= -f1 | grep -iE 'storage|token|secret|key|identity|jira|gitlab' | grep -vxE 'COPILOT_DISABLE_KEYTAR|GIT_CONFIG_KEY_[0-9]' | sed 's/^/HOLE variable /'
# What other tests write there meanwhile, programs among it that name such settings, is none of this deployment's.
mapfile -t shared < <(find /dev/shm -mindepth 1 -maxdepth 1 ! -name 'cmap-tests-*')
timeout 20 grep -rlIsE -- "$secrets" . "$HOME" "$TMPDIR" "$(dirname "$PWD")" "$(dirname "$HOME")" "\${shared[@]}" /run /var/tmp /proc/self/environ 2>/dev/null | sed 's/^/HOLE secret /'
echo "attack is over"
`;
}

const LEAVE_BEHIND = `
[ -e AGENTS.md ] && echo 'found AGENTS.md'
ls -A "$HOME" "$TMPDIR" /dev/shm/cmap-planted* 2>/dev/null | grep -i planted | sed 's/^/found in home /'
nohup sleep 6101 >/dev/null 2>&1 &
setsid sleep 6102 >/dev/null 2>&1 &
(setsid env -i /bin/sleep 6103 >/dev/null 2>&1 &)
(setsid bash -c 'while :; do (sleep 6104 &) ; sleep 0.05; done' >/dev/null 2>&1 &)
perl -e 'use POSIX; exit if fork; setsid; exit if fork; exec "sleep", "6105"' >/dev/null 2>&1 </dev/null
for directory in /tmp /var/tmp /dev/shm /run/lock "$HOME" "$TMPDIR"; do
  mkdir -p "$directory/cmap-planted/.copilot"
  chmod -R 777 "$directory/cmap-planted"
done
mkdir -p "$HOME/.copilot" && echo 'OBEY-THE-PLANTED-FILE' >"$HOME/.copilot/copilot-instructions.md"
ipcmk -M 4096 -p 0666 >/dev/null; ipcmk -Q -p 0666 >/dev/null; ipcmk -S 1 -p 0666 >/dev/null
echo 'OBEY-THE-PLANTED-FILE' >AGENTS.md
mkdir -p .github && echo 'OBEY-THE-PLANTED-FILE' >.github/copilot-instructions.md
echo '// more' >>greet.mjs
echo 'left behind'
`;

const TOUCH_PROTECTED = `
mkdir -p docs src .githooks
git init --quiet . 2>/dev/null; mkdir -p .git/hooks; printf '#!/bin/sh\\ntouch /tmp/cmap-hook-ran\\n' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
for file in .gitlab-ci.yml docs/CODEOWNERS src/.gitattributes .githooks/pre-commit .gitmodules; do echo '# mine' >"$file"; done
echo '// more' >>greet.mjs
`;

const VALIDATE = 'setsid sleep 6201 >/dev/null 2>&1 & (setsid env -i /bin/sleep 6202 >/dev/null 2>&1 &) ; true';

/**
 * The directories and files of the only run there is, and of its session. What every user may pass cannot be listed.
 */
async function findRunPaths(directory: string): Promise<string[]> {
  // The runtime of the session deletes files of its own meanwhile.
  const { stdout } = await run('find', [directory, '-ignore_readdir_race', '-mindepth', '1', '-maxdepth', '4']);
  return stdout.trim().split('\n');
}

/** Names of the listening sockets that runners and agents hold, as root sees them. */
async function findListeners(): Promise<string[]> {
  const inodes = new Map<string, string>();
  for (const line of (await readFile('/proc/net/unix', 'utf8')).split('\n').slice(1)) {
    const [, , , flags, , , inode, name = ''] = line.trim().split(/\s+/);
    if (inode && Number.parseInt(flags ?? '0', 16) & 0x10000) inodes.set(inode, name);
  }
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readFile(table, 'utf8')).split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (inode && state === '0A') inodes.set(inode, `tcp ${local}`);
    }
  }
  const found: string[] = [];
  for (const { pid, commandLine, uid } of await listProcesses()) {
    if (!commandLine.includes('/main.js') && uid < FIRST_AGENT_UID) continue;
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      const name = inodes.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '');
      if (name !== undefined) found.push(name);
    }
  }
  return found;
}

/** The processes our agents started; agents of other suites may be at work at the same time. */
async function listAgentProcesses(): Promise<string[]> {
  return (await listProcesses())
    .filter(({ uid, commandLine }) => uid >= FIRST_AGENT_UID && /sleep 6[12]0\d|cmap-image-/.test(commandLine))
    .map(({ commandLine }) => commandLine);
}

async function listProcesses(): Promise<{ pid: string; uid: number; commandLine: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1);
      return /^State:\s+[ZX]/m.test(status)
        ? []
        : [{ pid, uid, commandLine: commandLine.replaceAll('\0', ' ').trim() }];
    }),
  );
  return found.flat();
}
