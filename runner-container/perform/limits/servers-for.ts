import type { AgentWork, Binding, McpServer } from '../../../shared/domain/mapping/binding.ts';

/** Reviews and replies may be about what people outside of the team wrote, and some tools write. */
const USUAL_WORK: readonly AgentWork[] = ['coding'];

/** The part of a session's request that names its MCP servers: those the binding has for this work. */
export function serversFor(
  work: AgentWork,
  { mcpServers = [] }: Pick<Binding, 'mcpServers'>,
): { mcpServers?: McpServer[] } {
  const servers = mcpServers.filter((server) => (server.work ?? USUAL_WORK).includes(work));
  return servers.length > 0 ? { mcpServers: servers } : {};
}
