import { expect, it } from 'vitest';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { aRunnerSettings } from '../../../test/builders/workspace.ts';
import { AGENT, aMergeRequest, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { type ReviewSession, runReviewAgent } from './run-review-agent.ts';

const OURS = 'our-own-token-value';

it('shows no session a credential of a branch or a commit message, wherever the message is cut', async () => {
  const redactor = createRedactor();
  redactor.add(OURS);
  const prompts: string[] = [];
  const deps = {
    maskWritten: redactor.maskWritten,
    settings: aRunnerSettings(),
    saveTranscript: async () => {},
    async runAgent({ prompt }: { prompt: string }) {
      prompts.push(prompt);
      return { result: {}, usage: {}, transcript: '' };
    },
  };
  const task = aReviewTask();
  const binding: Binding = aReviewedBinding();
  const mergeRequest = aMergeRequest({ sourceBranch: `fix/${OURS}`, targetBranch: 'main' });
  const session = {
    run: { task, binding, mergeRequest, self: AGENT, context: aRunContext(task), deps },
    material: {
      range: { kind: 'full' },
      files: [],
      reviewed: [],
      leftOut: [],
      instructions: [],
      commitMessages: [`Use ${OURS}`, `${'x'.repeat(3950)} ${OURS}`],
    },
    workspace: { tree: '/nowhere', context: '/nowhere' },
    discussions: [],
    headSha: 'a'.repeat(40),
    ticket: undefined,
  } as unknown as ReviewSession; // nothing else is looked at
  await runReviewAgent(session, new AbortController().signal);
  expect(prompts).toEqual([expect.stringContaining('fix/[secret] -> main')]);
  expect(prompts[0]).toContain('Use [secret]');
  expect(prompts[0]).not.toContain('our-own');
});
