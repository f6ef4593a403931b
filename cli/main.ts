import { createCliIO } from './io/io.ts';
import { createCommandNames } from './io/name-commands.ts';
import { terminalPrompts } from './io/prompts.ts';
import { EnvFileError, readEnvFile } from './io/read-env-file.ts';
import { startedAs } from './io/started-as.ts';
import { FIRST_WORDS, runProgram } from './program.ts';

// A reader that has seen enough (`cmap show cmap.yaml | head -1`) closes the pipe; that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exit(await main());

async function main(): Promise<number> {
  const exitCode = await run();
  // What is still on its way into a pipe gets there first. Then the process ends at once, and not when the timers of a
  // connection that failed have run out.
  await Promise.all([process.stdout, process.stderr].map(written));
  return exitCode;
}

async function run(): Promise<number> {
  try {
    const file = readEnvFile(process.env, process.cwd());
    const nameCommands = createCommandNames(startedAs(process.env), FIRST_WORDS);
    return await runProgram(process.argv.slice(2), createCliIO(process, terminalPrompts, { file, nameCommands }));
  } catch (error) {
    if (error instanceof EnvFileError) {
      process.stderr.write(`cmap: ${error.message}\n`);
      return 2;
    }
    process.stderr.write(
      `cmap: an unexpected error, which is a bug: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return 1;
  }
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writable) return Promise.resolve();
  return new Promise((resolve) => stream.write('', () => resolve()));
}
