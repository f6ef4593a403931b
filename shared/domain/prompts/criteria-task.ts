import type { Criteria } from '../criteria/criterion.ts';
import { labelUntrusted } from './label-untrusted.ts';

/** Twenty of at most 500 characters, with their numbers. */
const MAX_CHARACTERS = 11_000;

/** The numbered criteria of a ticket and what to hand in about them, as parts of a prompt; none where it has none. */
export function formatCriteriaTask(
  { listed, leftOut }: Criteria,
  { heading, tool }: { heading: '#' | '##'; tool: 'submit_result' | 'submit_review' },
): string[] {
  if (listed.length === 0) return [];
  const left = leftOut > 0 ? ` The ticket has ${leftOut} more, which are not numbered.` : '';
  return [
    `${heading} Acceptance criteria\n\nThe work is done when all of these are met. Hand in one entry for each in \`criteria\` of ${tool}: its number, whether it is met, and what shows it. Look before you answer: \`no\` or \`partly\` with the reason is worth more than a \`yes\` that is not true.${left}`,
    labelList(listed),
  ];
}

/** The same for a session that plans: nothing is handed in about them. */
export function formatCriteriaToPlan({ listed }: Pick<Criteria, 'listed'>): string[] {
  if (listed.length === 0) return [];
  return ['## Acceptance criteria\n\nThe work is done when all of these are met; plan for each.', labelList(listed)];
}

/** The same for a session that only talks about the work. */
export function listCriteria({ listed, leftOut }: Criteria): string[] {
  if (listed.length === 0) return [];
  const left = leftOut > 0 ? ` It has ${leftOut} more, which are not numbered.` : '';
  return [`## Acceptance criteria\n\nWhat the ticket wants to be fulfilled.${left}`, labelList(listed)];
}

function labelList(listed: Criteria['listed']): string {
  return labelUntrusted(
    'acceptance criteria',
    listed.map(({ number, text }) => `AC${number}: ${text}`).join('\n'),
    MAX_CHARACTERS,
  );
}
