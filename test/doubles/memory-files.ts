import type { EvidenceFiles } from '../../shared/domain/ports/evidence.ts';

export interface MemoryFiles extends EvidenceFiles {
  readonly contents: Map<string, string>;
}

/** Evidence in memory; `contents` is there to be damaged. */
export function createMemoryFiles(): MemoryFiles {
  const contents = new Map<string, string>();
  return {
    contents,
    async create(path, text) {
      if (contents.has(path)) return false;
      contents.set(path, text);
      return true;
    },
    find: async (path) => contents.get(path),
    list: async (folder) => [...contents.keys()].filter((path) => path.startsWith(folder)).sort(),
  };
}
