import { EvalRequest } from '../../shared/domain/runs/eval-report.ts';
import { withTrialDeps } from '../trial/compose-trial.ts';
import { runProgram } from '../trial/run-program.ts';
import { runEval } from './run-eval.ts';

// One evaluation: its request on standard input, its events on standard output. `cmap eval` starts it.
await runProgram(process, async (given, { print, environment }, signal) => {
  const request = EvalRequest.parse(given);
  await withTrialDeps(environment, (deps) => runEval(request, { deps, report: print }, signal));
});
