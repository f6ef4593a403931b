import { describeError, type ErrorCode, isErrorCode } from '../../kernel/errors.ts';

/** Why a run failed, in the words for people. */
export interface DescribedFailure {
  /** In the catalogue; an unknown one is `unexpected`. */
  code: ErrorCode;
  sentence: string;
  /** What a person can do, at least one sentence: of a refused change those that fit what was refused. */
  steps: readonly string[];
  /** What is known besides, without the steps. */
  detail?: string;
}

/** Says of a failed run what happened and what a person can do about it. */
export function describeFailure({ code, detail }: { code: string; detail?: string }): DescribedFailure {
  const known: ErrorCode = isErrorCode(code) ? code : 'unexpected';
  const { sentence, next } = describeError(known);
  const refusal = known === 'change-refused' ? readSteps(detail ?? '') : undefined;
  if (refusal) return { code: known, sentence, ...refusal };
  return { code: known, sentence, steps: [next], ...(detail !== undefined && { detail }) };
}

const HEADING = '\n\nWhat you can do:\n\n';

/**
 * The detail of a refused change: its reasons, then a line for each step. As text, because that is what the record of a
 * run keeps of a failure.
 */
export function buildRefusalDetail(reasons: string, steps: readonly string[]): string {
  return `${reasons}${HEADING}${steps.map((step) => `- ${step}`).join('\n')}`;
}

/** A record keeps a long detail only up to a limit: without its end it has no steps. */
function readSteps(detail: string): Pick<DescribedFailure, 'detail' | 'steps'> | undefined {
  const at = detail.lastIndexOf(HEADING);
  if (at === -1) return undefined;
  const lines = detail.slice(at + HEADING.length).split('\n');
  const steps = lines.flatMap((line) => /^- (.+)$/.exec(line)?.[1] ?? []);
  return steps.length < lines.length ? undefined : { detail: detail.slice(0, at), steps };
}
