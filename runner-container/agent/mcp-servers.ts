import type { CopilotSession, MCPServerConfig } from '@github/copilot-sdk';
import type { McpServer, McpValue } from '../../shared/domain/mapping/binding.ts';
import { describeError, TaskError } from '../../shared/kernel/errors.ts';
import { createRedactor } from '../../shared/kernel/redaction/redact.ts';
import type { Secret } from '../../shared/kernel/secret.ts';

/** The MCP servers of one session, with what they are given. */
export interface OpenServers {
  servers: readonly McpServer[];
  /** Optional ones that are left out, because a secret of theirs cannot be read. */
  withheld: readonly MissingServer[];
  config: Record<string, MCPServerConfig>;
  /** Masks what they were given by name, weak secrets included: a server may print what it knows. */
  hide: (text: string) => string;
  /** Whether there is anything to hide. */
  hasSecrets: boolean;
}

/** Longest call of a tool; what takes longer fails, and the model is told. */
const TOOL_TIMEOUT_MS = 120_000;

/**
 * Where a server's program runs: nothing of a checkout is found from here, neither a script that an argument names nor
 * a program of `node_modules`.
 */
const WORKING_DIRECTORY = '/';

/**
 * What the runtime is told about the servers of a session.
 * @throws {TaskError} `credential-unknown`, `key-vault-*` for one that is needed; for every one while the vault is out
 * of reach, which passes.
 */
export async function openServers(
  servers: readonly McpServer[],
  secretFor: (secretRef: string) => Promise<Secret>,
): Promise<OpenServers> {
  const redactor = createRedactor();
  let hasSecrets = false;
  const reveal = async (values: Readonly<Record<string, McpValue>>) => {
    const revealed = Object.entries(values).map(async ([name, value]): Promise<[string, string]> => {
      if (typeof value === 'string') return [name, value];
      const secret = await secretFor(value.secretRef);
      hasSecrets = true;
      redactor.add(secret);
      return [name, secret.reveal()];
    });
    return Object.fromEntries(await Promise.all(revealed));
  };
  const configured = servers.map(async ({ name, reachedBy, tools }): Promise<[string, MCPServerConfig]> => {
    const common = { tools: tools ? [...tools] : ['*'], timeout: TOOL_TIMEOUT_MS };
    if (reachedBy.kind === 'http')
      return [name, { ...common, type: 'http', url: reachedBy.url, headers: await reveal(reachedBy.headers) }];
    const { command, args, env } = reachedBy;
    return [
      name,
      { ...common, type: 'stdio', command, args, env: await reveal(env), workingDirectory: WORKING_DIRECTORY },
    ];
  });
  const settled = await Promise.allSettled(configured);
  const withheld = settled.flatMap((one, index): MissingServer[] => {
    const server = servers[index];
    if (one.status === 'fulfilled' || !server) return [];
    const why = describeLasting(one.reason);
    if (!server.isOptional || why === undefined) throw one.reason;
    return [{ name: server.name, isOptional: true, why }];
  });
  return {
    servers: servers.filter(({ name }) => !withheld.some((one) => one.name === name)),
    withheld,
    config: Object.fromEntries(settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))),
    hide: (text) => redactor.maskKnown(text),
    hasSecrets,
  };
}

/** What stays so until a person mends it. */
function describeLasting(error: unknown): string | undefined {
  const failure = error instanceof TaskError ? describeError(error.code) : undefined;
  return failure?.retry === false ? failure.sentence : undefined;
}

/** A server that is not there, and what the runtime says about it, which may hold anything the server printed. */
export interface MissingServer {
  name: string;
  isOptional: boolean;
  why: string;
}

/** Which servers of a session that was opened did not start. The runtime has given up on them by then. */
export async function findMissingServers(
  session: Pick<CopilotSession, 'rpc'>,
  servers: readonly McpServer[],
): Promise<MissingServer[]> {
  if (servers.length === 0) return [];
  const { servers: listed } = await session.rpc.mcp.list();
  return servers.flatMap(({ name, isOptional }) => {
    const found = listed.find((one) => one.name === name);
    if (found?.status === 'connected') return [];
    return [{ name, isOptional, why: found?.error ?? found?.status ?? 'not listed' }];
  });
}

/** Whether a tool, by the name it has for the model, is one of a server that may be used. */
export function isAllowedTool(serverName: string, tool: string, servers: readonly McpServer[]): boolean {
  const server = servers.find(({ name }) => name === serverName);
  if (!server) return false;
  return server.tools === undefined || server.tools.some((name) => tool === name || tool === `${serverName}-${name}`);
}
