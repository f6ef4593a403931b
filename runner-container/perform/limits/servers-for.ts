import type { AgentWork, Binding, McpServer } from '../../../shared/domain/mapping/binding.ts';

/** The part of a session's request that names its MCP servers: those the binding has for this work. */
export function serversFor(
  work: AgentWork,
  { mcpServers = [] }: Pick<Binding, 'mcpServers'>,
): { mcpServers?: McpServer[] } {
  const servers = mcpServers.filter((server) => server.work?.includes(work) ?? true);
  return servers.length > 0 ? { mcpServers: servers } : {};
}
