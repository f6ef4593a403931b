import path from 'node:path';

/** Official API specifications and recorded payloads, trimmed by `scripts/trim-specs.ts` to what the suites use. */
export const specsFolder: string = path.join(import.meta.dirname, 'data');
