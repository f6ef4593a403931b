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
  /** Where refused work is, in Markdown. */
  kept?: readonly string[];
}

/** Says of a failed run what happened and what a person can do about it. */
export function describeFailure({ code, detail }: { code: string; detail?: string }): DescribedFailure {
  const known: ErrorCode = isErrorCode(code) ? code : 'unexpected';
  const { sentence, next } = describeError(known);
  const refusal = known === 'change-refused' ? readRefusal(detail ?? '') : undefined;
  if (refusal) return { code: known, sentence, ...refusal };
  return { code: known, sentence, steps: [next], ...(detail !== undefined && { detail }) };
}

const HEADING = '\n\nWhat you can do:\n\n';
const KEPT_HEADING = '\n\nWhere the work is:\n\n';

/**
 * The detail of a refused change: its reasons, where the work is kept, then a line for each step. As text, because that
 * is what the record of a run keeps of a failure.
 */
export function buildRefusalDetail(reasons: string, steps: readonly string[], kept: readonly string[] = []): string {
  return `${appendKept(reasons, kept)}${HEADING}${toLines(steps)}`;
}

/** The detail of another failure, with where its work is kept. */
export function appendKept(detail: string, kept: readonly string[]): string {
  return kept.length === 0 ? detail : `${detail}${KEPT_HEADING}${toLines(kept)}`;
}

function toLines(list: readonly string[]): string {
  return list.map((one) => `- ${one}`).join('\n');
}

/** A record keeps a long detail only up to a limit: without its end it has no steps. */
function readRefusal(detail: string): Pick<DescribedFailure, 'detail' | 'steps' | 'kept'> | undefined {
  const [reasons, steps] = splitList(detail, HEADING);
  if (!steps) return undefined;
  const [before, kept] = splitList(reasons, KEPT_HEADING);
  return { detail: before, steps, ...(kept ? { kept } : {}) };
}

/** The text before a heading, and the lines of the list below it; no list where it is not one to its end. */
function splitList(text: string, heading: string): [before: string, list?: string[]] {
  const at = text.lastIndexOf(heading);
  if (at === -1) return [text];
  const lines = text.slice(at + heading.length).split('\n');
  const list = lines.flatMap((line) => /^- (.+)$/.exec(line)?.[1] ?? []);
  return list.length < lines.length ? [text] : [text.slice(0, at), list];
}
