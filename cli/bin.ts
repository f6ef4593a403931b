#!/usr/bin/env node
import { explainOldNode } from './explain-old-node.ts';

// The rest is loaded only by a Node that can read it: an older one would answer with a syntax error.
const refusal = explainOldNode(process.versions.node);
if (refusal === undefined) await import('./main.ts');
else {
  process.stderr.write(`cmap: ${refusal}\n`);
  process.exitCode = 2;
}
