import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import path from 'node:path';

// The image brings what Node made of every file when it was built (scripts/fill-compile-cache.ts). Node takes it where
// its version, the kind of processor and the user are the same, and compiles as it would without where they are not,
// also where nothing can be written.
const cache = path.join(import.meta.dirname, 'compile-cache');
if (existsSync(cache)) enableCompileCache(cache);
await import('./main.ts');
