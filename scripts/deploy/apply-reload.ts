import { fillIn } from './facts.ts';
import type { Step } from './step.ts';
import { captureOrFail, StepError } from './step-error.ts';
import type { DeployTools } from './tools.ts';

const AGAIN_AFTER_MS = 15_000;

/** Asks the app to take the uploaded map. One that has just started has it already; then nothing is different. */
export async function applyReload(step: Step & { kind: 'reload' }, tools: DeployTools): Promise<void> {
  const secret = (await captureOrFail(step.secret, tools)).stdout.trim();
  const [url = ''] = fillIn([step.url], tools.facts);
  for (let left = 4; ; left -= 1) {
    const { status, text } = await tools.request('POST', url, { 'x-cmap-admin-secret': secret });
    if (status === 200) return tools.print('      taken');
    // 429: another reload was less than ten seconds ago; 503: storage does not answer.
    if ((status !== 429 && status !== 503) || left <= 1)
      throw new StepError(`${url} answered ${status}: ${text.slice(0, 2000)}`);
    await tools.sleep(AGAIN_AFTER_MS);
  }
}
