import { MINUTE } from '../../shared/kernel/clock.ts';
import { runForAgent } from '../perform/delivery/run-for-agent.ts';
import { withRunWorkspace } from '../perform/run/with-run-workspace.ts';
import type { TrialDeps } from '../trial/run-trial.ts';
import { LANGUAGES } from './languages.ts';
import type { Language } from './tickets/ticket.ts';

/**
 * The languages of which a program is missing, each with its name. The user of the agent is asked: a program in the
 * home of another user is none to it.
 */
export function findMissingTools(
  languages: readonly Language[],
  deps: TrialDeps,
  signal: AbortSignal,
): Promise<ReadonlyMap<Language, string>> {
  const tools = [...new Set(languages.flatMap((language) => LANGUAGES[language].tools))];
  const command = tools.map((tool) => `${tool} --version >/dev/null 2>&1 || echo ${tool}`).join('\n');
  return withRunWorkspace(deps, async (workspace) => {
    const limits = { timeoutMs: MINUTE, maxOutputBytes: 1000 };
    const { outputTail } = await runForAgent({ command, ...limits }, workspace, deps, signal);
    const absent = outputTail.split('\n');
    const found = languages.map(
      (language) => [language, LANGUAGES[language].tools.find((tool) => absent.includes(tool))] as const,
    );
    return new Map(found.flatMap(([language, tool]) => (tool === undefined ? [] : [[language, tool] as const])));
  });
}
