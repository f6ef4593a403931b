import type { Binding } from '../../shared/domain/mapping/binding.ts';

/** The models of a binding: one name where all work has it, nothing where it names none. */
export function formatModels(models: Binding['model'] = {}): string {
  const names = new Set(Object.values(models));
  if (names.size === 1 && Object.keys(models).length === 3) return [...names].join();
  return Object.entries(models)
    .map(([work, model]) => `${work} ${model}`)
    .join(', ');
}

/**
 * The MCP servers of a binding by name, with the work they are for where it is not coding alone; what they are reached
 * by stands in the map.
 */
export function formatServers(servers: Binding['mcpServers'] = []): string {
  return servers
    .map(({ name, work, isOptional }) => {
      const more = [...(work ? [`for ${work.join(' and ')}`] : []), ...(isOptional ? ['optional'] : [])];
      return more.length > 0 ? `${name} (${more.join(', ')})` : name;
    })
    .join(', ');
}
