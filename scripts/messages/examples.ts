import type { JudgedCriteria } from '../../shared/domain/criteria/judge-criteria.ts';
import type { Finding } from '../../shared/domain/review/finding.ts';

export const MERGE_REQUEST_URL = 'https://gitlab.example.com/shop/web/-/merge_requests/7';
export const RUN_ID = '7f4f2218c0a1';
export const HEAD_SHA = 'b52c1d9e0f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c';

export const CRITERIA: JudgedCriteria = {
  listed: [
    { number: 1, text: 'The start page greets by name', state: 'met', evidence: '`start.test.ts` "greets by name"' },
    { number: 2, text: 'Without a name it says "Hello"', state: 'partly', evidence: 'On the start page only.' },
    { number: 3, text: 'The greeting is translated', state: 'not-answered', evidence: '' },
  ],
  leftOut: 0,
};

export const FINDING: Finding = {
  path: 'src/start.ts',
  startLine: 12,
  endLine: 12,
  side: 'new',
  severity: 'major',
  title: 'The name is written into the page unescaped',
  explanation: 'A name with `<script>` in it runs in the browser of everyone who sees the page. Escape it.',
  suggestion: "  return 'Hello ' + escapeHtml(name);",
  confidence: 0.9,
};
