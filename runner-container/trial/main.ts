import { TrialRequest } from '../../shared/domain/runs/run-inputs.ts';
import { parseJson } from '../../shared/kernel/parse-json.ts';
import { createTrialDeps, toTrial } from './compose-trial.ts';
import { runTrial } from './run-trial.ts';

// One replay: its request on standard input, its result on standard output. `cmap replay` starts it.
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => stop.abort(new Error('the replay was ended')));
try {
  const request = TrialRequest.parse(parseJson(await readInput()));
  const { deps, settle } = await createTrialDeps(process.env);
  const result = await runTrial(toTrial(request, process.env), deps, stop.signal);
  await settle();
  process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
