import type { SessionEvent } from '@github/copilot-sdk';

import type { AgentStep } from './agent.ts';
import type { ModelLedger } from './model-ledger.ts';
import { type StepContext, toStep } from './to-step.ts';
import type { Transcript } from './transcript.ts';
import type { Watchdog } from './watchdog.ts';

export interface EventRecorder {
  record(event: SessionEvent): void;
  /** The model's newest words, without those of sub-agents. */
  lastMessage(): string;
}

export interface EventRecorderDeps {
  step: StepContext;
  transcript: Transcript;
  ledger: ModelLedger;
  activity: Watchdog;
  onStep: ((step: AgentStep) => void) | undefined;
}

/** Turns the runtime's events into transcript lines, usage, steps and signs of life. */
export function createEventRecorder({ step, transcript, ledger, activity, onStep }: EventRecorderDeps): EventRecorder {
  const running = new Map<string, () => void>();
  let lastMessage = '';

  function record({ type, data, agentId }: SessionEvent): void {
    switch (type) {
      case 'assistant.message':
        if (!agentId && data.content) lastMessage = data.content;
        transcript.add('message', { text: data.content });
        return;
      case 'assistant.usage':
        ledger.addTokens(data);
        transcript.add('usage', { inputTokens: data.inputTokens, outputTokens: data.outputTokens });
        return;
      case 'tool.execution_start':
        // A long test run is not the model being silent.
        running.set(data.toolCallId, activity.hold());
        onStep?.(toStep(data.toolName, data.arguments, step));
        transcript.add('tool-call', { id: data.toolCallId, tool: data.toolName, arguments: data.arguments });
        return;
      case 'tool.execution_complete':
        running.get(data.toolCallId)?.();
        running.delete(data.toolCallId);
        transcript.add('tool-result', {
          id: data.toolCallId,
          success: data.success,
          text: data.result?.content ?? data.error?.message,
        });
        return;
      case 'session.error':
        transcript.add('error', {
          errorType: data.errorType,
          statusCode: data.statusCode,
          message: data.message,
        });
        return;
    }
  }

  return { record, lastMessage: () => lastMessage };
}
