import { expect, it } from 'vitest';
import { appendMarker } from '../../../shared/kernel/text/marker.ts';
import { aMergeRequest } from '../../../test/builders/gitlab.ts';
import { AGENT, aDiscussion, aNote } from '../../../test/fixtures/discussions.ts';
import type { Obstacle } from './find-obstacle.ts';
import { toReply } from './to-reply.ts';

const finding = appendMarker('**Blocker:** It fails', { purpose: 'finding', scope: 'mr~7~3', fingerprint: 'a.b.c' });
const mergeRequest = aMergeRequest({ sourceBranch: 'feature/x' });

it.each<{ obstacle: Obstacle | undefined; body: string; kind: string }>([
  { obstacle: undefined, body: finding, kind: 'accepted-no' },
  { obstacle: 'fork', body: finding, kind: 'accepted-no' },
  { obstacle: 'no-permission', body: finding, kind: 'not-dismissed' },
  { obstacle: 'no-permission', body: 'I looked at it.', kind: 'answer' },
])('an accepted no is $kind for a person with the obstacle $obstacle', ({ obstacle, body, kind }) => {
  const thread = { discussion: aDiscussion([aNote({ author: AGENT, body })]) };
  const reply = toReply({ kind: 'accepted-no', text: 'It stays.' }, { thread, self: AGENT, mergeRequest, obstacle });
  expect(reply).toMatchObject({ kind, text: 'It stays.' });
});
