import { shortLine } from '../../../shared/domain/prompts/short-line.ts';
import { codeSpan } from '../../../shared/kernel/text/code-span.ts';
import { nameSome } from '../../../shared/kernel/text/list-some.ts';
import type { TakenAttachments } from '../run/take-attachments.ts';

const MAX_NAMED = 10;

/** Markdown lines for the report: which attachments of the ticket the agent has not seen, and why. */
export function describeAttachments(
  taken: Pick<TakenAttachments, 'prompt'> | undefined,
  { imagesRefused = false }: { imagesRefused?: boolean },
): string[] {
  if (!taken) return [];
  const { images, leftOut } = taken.prompt;
  return [
    ...list(
      'attachments the agent was not given',
      leftOut.map(({ name, why }) => `${codeSpan(shortLine(name))} (${why})`),
    ),
    ...(imagesRefused
      ? list(
          'images that its model does not take',
          images.map(({ name }) => codeSpan(shortLine(name))),
        )
      : []),
  ];
}

function list(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`${what}: ${nameSome(names, MAX_NAMED)}`];
}
