import { describe, expect, it } from 'vitest';

import { parseReviewProse } from './parse-review-prose.ts';

const good = { path: 'a.ts', startLine: 3, endLine: 4, severity: 'major', title: 'T', explanation: 'E' };
const envelope = { summary: 'Fine.', findings: [good], resolvedThreads: [] };
const fenced = (value: unknown) => `Here it is:\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\nDone.`;

describe('parseReviewProse', () => {
  it.each([
    { name: 'fenced object', text: fenced(envelope), findings: 1, skipped: 0, summary: 'Fine.' },
    { name: 'bare object', text: JSON.stringify(envelope), findings: 1, skipped: 0, summary: 'Fine.' },
    {
      name: 'object in a sentence',
      text: `I say ${JSON.stringify(envelope)} and that is it.`,
      findings: 1,
      skipped: 0,
      summary: 'Fine.',
    },
    { name: 'array', text: fenced([good, good]), findings: 2, skipped: 0, summary: 'Here it is:\n\nDone.' },
    { name: 'single finding', text: JSON.stringify(good), findings: 1, skipped: 0, summary: '' },
    {
      name: 'bad items',
      text: fenced({ ...envelope, findings: [good, { path: 'x' }, 7, null] }),
      findings: 1,
      skipped: 3,
      summary: 'Fine.',
    },
    {
      name: 'line and comment as names',
      text: JSON.stringify([{ file: 'a.ts', line: '7', severity: 'ERROR', comment: 'Wrong. Very.' }]),
      findings: 1,
      skipped: 0,
      summary: '',
    },
    {
      name: 'fence inside a string',
      text: fenced({ ...envelope, findings: [{ ...good, suggestion: '```\n}\n```' }] }),
      findings: 1,
      skipped: 0,
      summary: 'Fine.',
    },
    {
      name: 'summary behind the object',
      text: `${JSON.stringify({ findings: [] })}\nNothing to say.`,
      findings: 0,
      skipped: 0,
      summary: 'Nothing to say.',
    },
    {
      name: 'no findings',
      text: JSON.stringify({ summary: 'Good.', findings: [] }),
      findings: 0,
      skipped: 0,
      summary: 'Good.',
    },
    {
      name: 'braces in prose first',
      text: `In {a} and [b] I see\n${JSON.stringify(envelope)}`,
      findings: 1,
      skipped: 0,
      summary: 'Fine.',
    },
    {
      name: 'an example before the verdict',
      text: `${JSON.stringify([good])}\n${JSON.stringify(envelope)}`,
      findings: 1,
      skipped: 0,
      summary: 'Fine.',
    },
    {
      name: 'null suggestion',
      text: JSON.stringify([{ ...good, suggestion: null }]),
      findings: 1,
      skipped: 0,
      summary: '',
    },
  ])('reads $name', ({ text, findings, skipped, summary }) => {
    const read = parseReviewProse(text);
    expect(read?.result.findings).toHaveLength(findings);
    expect(read?.skipped).toBe(skipped);
    expect(read?.result.summary).toBe(summary);
  });

  it.each<{ name: string; item: object; finding: object }>([
    { name: 'a confidence in words', item: { confidence: 'high' }, finding: { confidence: 0.8 } },
    { name: 'a confidence in percent', item: { confidence: 90 }, finding: { confidence: 0.9 } },
    { name: 'a side as GitHub names it', item: { side: 'RIGHT' }, finding: { side: 'new' } },
    { name: 'the old side as GitHub names it', item: { side: 'LEFT' }, finding: { side: 'old' } },
    { name: 'a range as text', item: { startLine: '3-5', endLine: null }, finding: { startLine: 3, endLine: 5 } },
    { name: 'a range with letters', item: { startLine: 'L3', endLine: 'L5' }, finding: { startLine: 3, endLine: 5 } },
    {
      name: 'a list of lines',
      item: { startLine: null, endLine: null, lines: [3, 5] },
      finding: { startLine: 3, endLine: 5 },
    },
    {
      name: 'lines behind the path',
      item: { startLine: null, endLine: null, path: 'a.ts:3-5' },
      finding: { startLine: 3, endLine: 5 },
    },
    {
      name: 'no line, and then no suggestion, which would replace another one',
      item: { startLine: 0, endLine: null, suggestion: 'x' },
      finding: { startLine: 1, endLine: 1, suggestion: undefined },
    },
    { name: 'a suggestion that is no text', item: { suggestion: { code: 'x' } }, finding: { suggestion: undefined } },
    { name: 'a severity with a sign', item: { severity: '🔴 Critical' }, finding: { severity: 'blocker' } },
    { name: 'a severity by number', item: { severity: 'P1' }, finding: { severity: 'major' } },
    { name: 'an unknown severity as the worst', item: { severity: 'Sev-A' }, finding: { severity: 'blocker' } },
    { name: 'a long title', item: { title: 'word '.repeat(80) }, finding: { title: expect.stringMatching(/word…$/) } },
    {
      name: 'a long explanation',
      item: { explanation: 'word '.repeat(3000) },
      finding: { explanation: expect.stringMatching(/word…$/) },
    },
  ])('drops no finding for $name', ({ item, finding }) => {
    const review = parseReviewProse(fenced({ ...envelope, findings: [{ ...good, ...item }] }));
    expect(review).toMatchObject({ result: { findings: [{ severity: 'major', ...finding }] }, skippedFindings: 0 });
  });

  it.each<{ name: string; review: object; findings: number; skippedFindings: number }>([
    { name: 'no file', review: { findings: [{ ...good, path: null }] }, findings: 0, skippedFindings: 1 },
    { name: 'words only', review: { findings: ['a.ts:3 is bad'] }, findings: 0, skippedFindings: 1 },
    { name: 'no list around it', review: { findings: good }, findings: 1, skippedFindings: 0 },
    { name: 'words for a list', review: { findings: 'a.ts:3 is bad' }, findings: 0, skippedFindings: 1 },
    { name: 'a list of another name', review: { problems: [good] }, findings: 1, skippedFindings: 0 },
    { name: '200 before it', review: { findings: Array(201).fill(good) }, findings: 200, skippedFindings: 1 },
    {
      name: 'a bad verdict beside it',
      review: { findings: [good], resolvedThreads: [7] },
      findings: 1,
      skippedFindings: 0,
    },
  ])('counts a finding with $name as read or as lost', ({ review, findings, skippedFindings }) => {
    const read = parseReviewProse(fenced({ summary: 'Bad.', ...review }));
    expect(read?.result.findings).toHaveLength(findings);
    expect(read?.skippedFindings).toBe(skippedFindings);
  });

  it.each([
    { name: 'brackets', prose: 'x[1] {a} '.repeat(300) },
    { name: 'open brackets', prose: 'if (x) { y[\n'.repeat(200) },
    { name: 'more text than is read', prose: 'word '.repeat(110_000) },
  ])('finds the review behind a wall of $name', ({ prose }) => {
    expect(parseReviewProse(`${prose}\n${fenced(envelope)}`)?.result.findings).toHaveLength(1);
  });

  it.each([
    { name: 'plain words', text: 'All good, well done.' },
    { name: 'JSON about something else', text: '{"hello": "world"} [1, 2]' },
    {
      name: 'an object that is cut off',
      text: JSON.stringify(envelope)
        .slice(0, -2)
        .replace(/"findings":\[.*$/, '"findings":[{'),
    },
    { name: 'nothing', text: '' },
  ])('finds no review in $name', ({ text }) => {
    expect(parseReviewProse(text)).toBeUndefined();
  });

  it('translates verdicts of other words', () => {
    const text = JSON.stringify({
      findings: [],
      resolutions: [{ discussion_id: 'd1', status: 'resolved' }, { id: 'd2' }],
    });
    expect(parseReviewProse(text)).toMatchObject({
      result: { resolvedThreads: [{ discussionId: 'd1', status: 'fixed', reason: '' }] },
      skipped: 1,
    });
  });

  it('gives up soon on a wall of opening brackets', () => {
    expect(parseReviewProse('{['.repeat(200_000))).toBeUndefined();
  });

  it('reads answers to acceptance criteria, and counts those it cannot read', () => {
    const criteria = [{ number: 1, met: 'yes', evidence: 'a.test.ts' }, { number: 'AC2' }];
    const prose = parseReviewProse(fenced({ ...envelope, criteria }));
    expect(prose?.result.criteria).toEqual(criteria.slice(0, 1));
    expect(prose?.skipped).toBe(1);
  });

  it('cuts a title that it makes of a sentence at a word: half a credential is recognised by nothing', () => {
    const comment = `${'word '.repeat(55)}postgres://app:Sup3rS3cretPassw0rd@db.example.com`;
    const { title, ...untitled } = good;
    const review = parseReviewProse(JSON.stringify({ ...untitled, explanation: comment }));
    expect(review?.result.findings[0]?.title).toMatch(/word…$/);
  });
});
