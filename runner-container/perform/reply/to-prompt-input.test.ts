import { expect, it } from 'vitest';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { AGENT, aDiscussion, aMergeRequest, aNote } from '../../../test/fixtures/discussions.ts';
import { toPromptInput } from './to-prompt-input.ts';

it('shows no session a credential that stands in the name of a branch', () => {
  const redactor = createRedactor();
  redactor.add('our-own-token-value');
  const note = aNote();
  const discussion = aDiscussion([note]);
  const mergeRequest = aMergeRequest({ sourceBranch: 'fix/our-own-token-value', targetBranch: 'main' });
  const run = { mergeRequest, self: AGENT, binding: {}, deps: { maskWritten: redactor.maskWritten } };
  const thread = { note, discussion, discussions: [discussion] };
  expect(toPromptInput({ run, thread, tree: { headSha: 'x' } }, '/d')).toMatchObject({
    mergeRequest: { sourceBranch: 'fix/[secret]', targetBranch: 'main' },
    noteId: note.id,
    diffFile: '/d',
  });
  expect(run.mergeRequest.sourceBranch).toBe('fix/our-own-token-value');
});
