import path from 'node:path';
import * as z from 'zod';

import { fitText } from '../../shared/kernel/text/fit-text.ts';
import type { AgentStep } from './agent.ts';

const MAX_TARGET_CHARACTERS = 120;

const ToolArguments = z
  .object({ path: z.string(), command: z.string(), pattern: z.string(), query: z.string() })
  .partial()
  .catch({});

export interface StepContext {
  workTree: string;
  /** Masks a text before it is cut, because half a secret is not recognized any more. */
  redact: (text: string) => string;
}

/** What a person wants to see of a tool call. */
export function toStep(tool: string, toolArguments: unknown, { workTree, redact }: StepContext): AgentStep {
  const { path: file, command, pattern, query } = ToolArguments.parse(toolArguments ?? {});
  const target = command?.trim().split('\n', 1)[0] ?? pattern ?? query ?? (file && toRelative(file, workTree));
  return target ? { tool, target: fitText(redact(target), MAX_TARGET_CHARACTERS) } : { tool };
}

function toRelative(file: string, workTree: string): string {
  const relative = path.relative(workTree, path.resolve(workTree, file));
  if (relative === '') return '.';
  return relative.startsWith('..') ? file : relative;
}
