import { expect, it } from 'vitest';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import type { AgentReport, AgentRequest } from '../../agent/agent.ts';
import { maskResults } from './mask-results.ts';

const URL = `${'y'.repeat(265)} postgres://app:Sup3rS3cretPassw0rd@db.example.com/x`;
const result = { summary: URL, findings: [{ title: URL, startLine: 3, suggestion: null }], isDone: true };

it('hands out no result with a credential, at the end of a session or while it is judged', async () => {
  const judged: unknown[] = [];
  const report = { result, resultFrom: 'tool', transcript: URL } as AgentReport<unknown>; // nothing else is read
  const agent = maskResults(async <Result>(request: AgentRequest<Result>) => {
    await request.judge?.(report as AgentReport<Result>); // the result of this test
    return report as AgentReport<Result>;
  }, createRedactor().maskWritten);
  const request = { judge: async (seen: unknown) => void judged.push(seen) } as unknown as AgentRequest<unknown>;

  const masked = URL.replace('Sup3rS3cretPassw0rd', '[secret]');
  const expected = {
    result: { summary: masked, findings: [{ title: masked, startLine: 3, suggestion: null }], isDone: true },
    resultFrom: 'tool',
    transcript: URL,
  };
  expect(await agent(request, new AbortController().signal)).toEqual(expected);
  expect(judged).toEqual([expected]);
});
