import {
  type ChatRequest,
  conversationText,
  countAnswers,
  lastToolResult,
  takeRepairs,
  workTreeOf,
} from './conversation.ts';
import { fillTemplate } from './fill-template.ts';
import type { Scenario, Step } from './scenario.ts';

/** The first scenario that fits. Put special ones before general ones. */
export function findScenario(scenarios: readonly Scenario[], request: ChatRequest): Scenario | undefined {
  const text = conversationText(request);
  return scenarios.find(
    ({ when, whenOffered }) =>
      when.every((word) => text.includes(word)) && (whenOffered === undefined || request.tools.includes(whenOffered)),
  );
}

/** The scenario's answer at this point of the conversation, placeholders filled. */
export function chooseStep(scenario: Scenario, request: ChatRequest): Step {
  const { afterwards, capture } = scenario;
  const { repairs, since } = takeRepairs(request);
  const steps = repairs === 0 ? scenario.steps : (scenario.repairs[repairs - 1] ?? []);
  const answers = countAnswers(since);
  const step = afterwards === 'repeat' && steps.length > 0 ? steps[answers % steps.length] : steps[answers];
  if (!step) return { say: 'I have nothing more to do.' };

  const text = conversationText(request);
  const values: Record<string, string> = {
    workTree: workTreeOf(request),
    lastToolResult: lastToolResult(request),
    answers: String(answers),
  };
  for (const [name, pattern] of Object.entries(capture)) values[name] = new RegExp(pattern, 'm').exec(text)?.[1] ?? '';
  return fillTemplate(step, values);
}
