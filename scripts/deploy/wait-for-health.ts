import { StepError } from './step-error.ts';
import type { DeployTools } from './tools.ts';

const TRIES = 60;
const BETWEEN_TRIES_MS = 10_000;

/**
 * Asks until the app answers 200, ten minutes at most. `degraded` is an answer: its reasons are shown. @throws
 * {StepError}
 */
export async function waitForHealth(url: string, tools: DeployTools): Promise<void> {
  let said = 'no answer';
  for (let left = TRIES; left > 0; left -= 1) {
    const { status, text } = await tools
      .request('GET', url, {})
      .catch((error: unknown) => ({ status: 0, text: String(error) }));
    said = `${status === 0 ? 'no answer' : status} ${text.slice(0, 500)}`.trim();
    if (status === 200) return tools.print(`      ${text.slice(0, 500)}`);
    await tools.sleep(BETWEEN_TRIES_MS);
  }
  throw new StepError(`${url} did not answer 200 within ten minutes; the last word was: ${said}`);
}
