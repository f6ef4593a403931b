import { TrialRequest } from '../../shared/domain/runs/run-inputs.ts';
import { toTrial, withTrialDeps } from './compose-trial.ts';
import { runProgram } from './run-program.ts';
import { runTrial } from './run-trial.ts';

// One replay: its request on standard input, its result on standard output. `cmap replay` starts it.
await runProgram(process, async (given, { print, environment }, signal) => {
  const request = TrialRequest.parse(given);
  print(await withTrialDeps(environment, (deps) => runTrial(toTrial(request, environment), deps, signal)));
});
