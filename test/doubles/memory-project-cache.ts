import type { CachedProject, ProjectCache } from '../../shared/domain/ports/project-cache.ts';

/** Remembers for as long as the process lives. */
export function createMemoryProjectCache(): ProjectCache {
  const entries = new Map<string, CachedProject>();
  return {
    async find(key) {
      return entries.get(key);
    },
    async put(key, value) {
      entries.set(key, value);
    },
    list: async () => new Map(entries),
  };
}
