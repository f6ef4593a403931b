import type { Artefacts } from '../../shared/domain/ports/artefacts.ts';

/** In memory, with the same promises; the double of `createBlobArtefacts`. */
export function createMemoryArtefacts(redact: (text: string) => string = (text) => text): Artefacts {
  const texts = new Map<string, string>();
  return {
    async create(path, text) {
      if (texts.has(path)) return false;
      texts.set(path, redact(text));
      return true;
    },
    find: async (path) => texts.get(path),
    list: async (folder) => [...texts.keys()].filter((path) => path.startsWith(folder)).sort(),
  };
}
