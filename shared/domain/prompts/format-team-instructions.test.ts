import { expect, it } from 'vitest';

import { buildCodingInstructions } from './coding-instructions.ts';
import { buildReplyInstructions } from './reply-instructions.ts';
import { buildReviewInstructions } from './review-instructions.ts';
import { SECURITY_BLOCK } from './security-block.ts';

const teamInstructions = { all: 'Write English.', coding: 'Add a changelog line.', review: 'Look at migrations.' };
const repositoryInstructions = [{ kind: 'guidance' as const, path: 'AGENTS.md', text: 'Use tabs.' }];

const BUILDERS = {
  coding: buildCodingInstructions,
  review: buildReviewInstructions,
  reply: (input: Parameters<typeof buildReviewInstructions>[0]) =>
    buildReplyInstructions({ ...input, mayChange: true }),
};

it.each(Object.entries(BUILDERS))(
  'a %s session gets what is for it, above the repository and below the rules',
  (kind, build) => {
    const text = build({ repositoryInstructions, teamInstructions });
    const of = Object.entries(teamInstructions).filter(([work]) => text.includes(teamInstructions[work as 'all']));
    expect(of.map(([work]) => work)).toEqual(kind === 'reply' ? ['all'] : ['all', kind]);
    expect(text.indexOf('Write English.')).toBeLessThan(text.indexOf('Use tabs.'));
    expect(text.trimEnd().endsWith(SECURITY_BLOCK)).toBe(true);
  },
);

it.each(Object.entries(BUILDERS))('a %s session is told nothing where the team asks nothing', (_, build) => {
  const plain = build({ repositoryInstructions });
  expect(plain).not.toContain('What the team asks for');
  expect(build({ repositoryInstructions, teamInstructions: undefined })).toBe(plain);
});
