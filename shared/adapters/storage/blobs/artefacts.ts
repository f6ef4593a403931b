/** Long texts of runs (transcripts, audit records) by path, e.g. `transcripts/run-1a2b/1.jsonl`. Written once, never changed. */
export interface Artefacts {
  /** False when there is one at that path already; the first one stays. */
  create(path: string, text: string): Promise<boolean>;
  find(path: string): Promise<string | undefined>;
  /** Paths below a folder such as `transcripts/run-1a2b/`, sorted. */
  list(folder: string): Promise<string[]>;
}

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
