import type { AgentReport } from '../../agent/agent.ts';

/** A line for the report, where the agent worked without an MCP server that its binding calls optional. */
export function describeMissingServers({
  missingServers = [],
}: Pick<AgentReport<unknown>, 'missingServers'>): string[] {
  if (missingServers.length === 0) return [];
  const names = missingServers.map((name) => `\`${name}\``).join(', ');
  return [`MCP servers that did not start, so that the agent worked without them: ${names}`];
}
