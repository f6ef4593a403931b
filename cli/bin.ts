#!/usr/bin/env node
import { createCliIO } from './io.ts';
import { runProgram } from './program.ts';
import { terminalPrompts } from './prompts.ts';

// A reader that has seen enough (`cmap show cmap.yaml | head -1`) closes the pipe; that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  // The exit code is left for Node to use, so that whatever is still on its way into a pipe gets there.
  process.exitCode = await runProgram(process.argv.slice(2), createCliIO(process, terminalPrompts));
} catch (error) {
  process.stderr.write(
    `cmap: an unexpected error, which is a bug: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
}
