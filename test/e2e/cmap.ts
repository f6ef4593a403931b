import { inject } from 'vitest';

import { commonEnvironment } from '../../sandbox/environment/environment-settings.ts';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { startChild } from '../../sandbox/job/child.ts';
import { CANARIES } from './two-teams-environment.ts';

/** The settings of an environment's deployment, as an operator would have them in a shell. */
export function operatorEnvironment(environment: Environment, projectMap: string): Record<string, string> {
  return commonEnvironment(
    {
      gitlabUrl: environment.gitlab.url,
      jiraUrl: environment.jira.url,
      connectionString: environment.proxy.connectionString,
    },
    {
      ...CANARIES,
      gitlabTokens: { default: CANARIES.defaultToken, platform_team: CANARIES.platformToken },
      jira: { email: 'agent@example.com', apiToken: CANARIES.jiraToken },
    },
    projectMap,
  );
}

/** Runs `cmap` as a process of its own. */
export async function cmap(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  const child = startChild({
    entry: inject('programs').cli,
    args,
    env,
    onLine: (line, stream) => lines[stream].push(line),
  });
  const { code } = await child.exited;
  return { code, stdout: lines.stdout.join('\n'), stderr: lines.stderr.join('\n') };
}

/** Starts `cmap` and leaves it running; each line it prints is handed on. */
export function follow(args: string[], env: Record<string, string>, onLine: (line: string) => void) {
  return startChild({
    entry: inject('programs').cli,
    args,
    env,
    onLine: (line, stream) => stream === 'stdout' && onLine(line),
  });
}
