import type { AgentWork } from '../../../shared/domain/mapping/binding.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import type { AgentRequest } from '../../agent/agent.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { ActiveRun } from '../run/active-run.ts';
import type { MergeRequestInput } from '../run/merge-request-run.ts';
import { serversFor } from './servers-for.ts';

type SessionBase = Pick<
  AgentRequest<never>,
  'workTree' | 'readableDirectories' | 'model' | 'mcpServers' | 'limits' | 'onStep'
>;

/**
 * What a session of any kind of work is asked with: its directories, the model the binding names for this work (the
 * deployment's where it names none) and the MCP servers it has for it, the binding's budget within the limits of this
 * runner, and steps noted in the run.
 */
export function sessionBase(
  work: AgentWork,
  { binding, context, deps }: Pick<ActiveRun, 'context' | 'deps'> & Pick<MergeRequestInput, 'binding'>,
  workspace: Pick<Workspace, 'tree' | 'context'>,
): SessionBase {
  const { budget } = binding;
  const { wallClockMs, inactivityMs } = deps.settings;
  const model = binding.model?.[work];
  return {
    workTree: workspace.tree,
    readableDirectories: [workspace.context],
    ...(model === undefined ? {} : { model }),
    ...serversFor(work, binding),
    limits: {
      wallClockMs: Math.min(budget.maxMinutes * MINUTE, wallClockMs),
      inactivityMs,
      maxModelCalls: budget.maxTurns,
      maxTokens: budget.maxTokens,
    },
    onStep: ({ tool, target }) => context.step(target === undefined ? { tool } : { tool, target }),
  };
}
