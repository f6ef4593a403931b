import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { IssueAttachment } from '../../../shared/domain/ports/jira.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import type { CodingRun } from './coding-run.ts';
import { takeIssueAttachments } from './take-issue-attachments.ts';

/** What is asked of Jira for an issue with these files. */
async function take(names: string[], rules: Binding['attachments']) {
  const asked: string[] = [];
  const attachments = names.map((name): IssueAttachment => ({ id: name, name, size: 9, mimeType: '', createdAt: 0 }));
  const details = { subtasks: [], links: [], components: [], fixVersions: [], fields: [], attachments };
  const jira = {
    async listComments() {
      asked.push('comments');
      return [
        anIssueComment({ body: '[attachment: secret.log\\]', restricted: true }),
        anIssueComment({ body: '[attachment: open.log\\]' }),
      ];
    },
    getMyself: async () => theAgent(),
    async readAttachment({ id }: { id: string }) {
      asked.push(id);
      return Buffer.from('text');
    },
  };
  const run = {
    issue: anIssue({ details }),
    binding: { attachments: rules },
    context: { log: silentLog },
    deps: { jira, clock: createManualClock() },
  } as unknown as CodingRun; // what else is used fails
  const context = await mkdtemp(path.join(tmpdir(), 'cmap-test-'));
  const taken = await takeIssueAttachments(run, { context }, new AbortController().signal).finally(() =>
    rm(context, { recursive: true }),
  );
  return { taken, asked };
}

const RULES = { maxFiles: 5, maxFileKb: 5 };

it('asks for each once, and for none that only a restricted comment shows', async () => {
  const { taken, asked } = await take(['secret.log', 'open.log', 'list.log'], RULES);
  expect(asked).toEqual(['comments', 'open.log', 'list.log']);
  expect(JSON.stringify(taken)).not.toContain('secret');
});

it.each([
  { name: 'the issue has none', names: [], rules: RULES },
  { name: 'the binding wants none', names: ['a.log'], rules: 'off' as const },
])('asks for nothing where $name', async ({ names, rules }) => {
  expect(await take(names, rules)).toEqual({ taken: undefined, asked: [] });
});
