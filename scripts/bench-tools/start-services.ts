import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** The repository of a benchmark. */
export interface BenchedFiles {
  files: number;
  /** Of one file that no line ends in. */
  binaryMegabytes?: number;
  /** Of files that earlier commits had. */
  historyMegabytes?: number;
}

export interface ServicesInput {
  repository: BenchedFiles;
  /** How many tickets wait in project PROJ. */
  issues: number;
  gitlabToken: string;
  jiraEmail: string;
  jiraToken: string;
}

export interface ServedServices {
  gitlabUrl: string;
  /** Of project group/large, without a credential. */
  cloneUrl: string;
  jiraUrl: string;
  issueKeys: string[];
}

/**
 * GitLab and Jira of the sandbox in a process of their own, as they are in the world: what they cost is no cost of the
 * runner, and the process that is measured is no larger for them. Rejects where the process ends before they listen.
 */
export async function startServices(
  input: ServicesInput,
): Promise<{ services: ServedServices; close: () => Promise<void> }> {
  const program = path.join(import.meta.dirname, 'serve-services.ts');
  const child = fork(program, [JSON.stringify(input)]);
  const services = await new Promise<ServedServices>((resolve, reject) => {
    child.once('message', (value) => resolve(value as ServedServices)); // sent by `serve-services.ts`
    child.once('exit', (code) => reject(new Error(`GitLab and Jira ended with ${code} before they listened`)));
  });
  return {
    services,
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
