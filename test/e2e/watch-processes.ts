import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessWatch {
  /** Every command line seen since the start. */
  commandLines: Set<string>;
  /** Environments of processes that run as an agent's own user. */
  agentEnvironments: Set<string>;
  stop(): void;
}

/** User ids from here on belong to agents (`SPARE_UIDS`). */
const FIRST_AGENT_UID = 1_900_000_000;

/** Looks at every process of the machine again and again, as root can. Linux only. */
export function watchProcesses(everyMs = 15): ProcessWatch {
  const commandLines = new Set<string>();
  const agentEnvironments = new Set<string>();
  const look = () => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const commandLine = readText(`/proc/${pid}/cmdline`);
      if (commandLine) commandLines.add(commandLine);
      const uid = Number(/^Uid:\s+(\d+)/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1]);
      const environment = uid >= FIRST_AGENT_UID ? readText(`/proc/${pid}/environ`) : undefined;
      if (environment) agentEnvironments.add(environment);
    }
  };
  const timer = setInterval(look, everyMs);
  return { commandLines, agentEnvironments, stop: () => clearInterval(timer) };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined; // The process has ended meanwhile.
  }
}
