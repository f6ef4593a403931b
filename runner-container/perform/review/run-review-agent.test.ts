import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { NO_CRITERIA } from '../../../shared/domain/criteria/criterion.ts';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { anImage } from '../../../test/builders/images.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import { aRunnerSettings } from '../../../test/builders/workspace.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { AGENT, aMergeRequest, aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import type { ReviewSession } from './review-session.ts';
import { runReviewAgent } from './run-review-agent.ts';

const NOTHING_FOUND = { summary: 'Fine.', findings: [], resolvedThreads: [] };
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
      return { result: NOTHING_FOUND, usage: {}, transcript: '' };
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
      parts: [[]],
      beyond: [],
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

it('shows a session the images that stand in the description of the ticket', async () => {
  const asked: { prompt: string; images?: { file: string }[] }[] = [];
  const context = await mkdtemp(path.join(tmpdir(), 'cmap-test-'));
  const deps = {
    maskWritten: (text: string) => text,
    settings: aRunnerSettings(),
    clock: createManualClock(),
    jira: { readAttachment: async () => anImage() },
    saveTranscript: async () => {},
    async runAgent(request: { prompt: string }) {
      asked.push(request);
      return { result: NOTHING_FOUND, usage: {}, transcript: '' };
    },
  };
  const wanted = [{ id: '1', name: 'mock up.png', size: 100, mimeType: '', createdAt: 0 }];
  const task = aReviewTask();
  const run = { task, binding: aReviewedBinding(), mergeRequest: aMergeRequest(), self: AGENT };
  const session = {
    run: { ...run, context: aRunContext(task), deps },
    material: {
      range: { kind: 'full' },
      files: [],
      parts: [[]],
      beyond: [],
      leftOut: [],
      instructions: [],
      commitMessages: [],
    },
    workspace: { tree: '/nowhere', context },
    discussions: [],
    headSha: 'a'.repeat(40),
    ticket: {
      text: 'PROJ-1: Do it\n\n[attachment: mock up.png\\]',
      issue: anIssue(),
      ticketFields: [],
      criteria: NO_CRITERIA,
      attachments: { issueKey: 'PROJ-1', plan: { wanted, leftOut: [] } },
    },
  } as unknown as ReviewSession; // nothing else is looked at
  await runReviewAgent(session, new AbortController().signal).finally(() => rm(context, { recursive: true }));
  expect(asked[0]?.images).toMatchObject([{ file: '1-mock-up.png', type: 'image/png' }]);
  expect(asked[0]?.prompt).toContain('PROJ-1: Do it\n\n[image: 1-mock-up.png]');
  expect(asked[0]?.prompt).toContain(`image 1: ${context}/attachments/1-mock-up.png`);
});
