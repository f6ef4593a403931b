import { describe, expect, it } from 'vitest';

import type { Finding } from './finding.ts';
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

  it.each<{ field: keyof Finding; names: string[]; value: unknown; read?: unknown }>([
    { field: 'path', names: ['path', 'file', 'filename', 'newPath'], value: 'src/b.ts' },
    { field: 'startLine', names: ['startLine', 'start_line', 'line'], value: 2 },
    { field: 'endLine', names: ['endLine', 'end_line'], value: '12', read: 12 },
    { field: 'side', names: ['side'], value: 'old' },
    { field: 'severity', names: ['severity', 'level'], value: 'Blocker', read: 'blocker' },
    { field: 'title', names: ['title', 'rule'], value: 'Short' },
    {
      field: 'explanation',
      names: ['explanation', 'comment', 'body', 'message', 'description'],
      value: 'It loses data.',
    },
    { field: 'suggestion', names: ['suggestion', 'replacement'], value: 'await save();' },
    { field: 'confidence', names: ['confidence'], value: 0.3 },
  ])('reads $field of a finding under each of its names: $names', ({ field, names, value, read = value }) => {
    const { [field]: left, ...others } = good as Partial<Finding>;
    const findings = names.map((name) => ({ ...others, [name]: value }));
    const review = parseReviewProse(JSON.stringify(findings));
    expect(review?.result.findings.map((finding) => finding[field])).toEqual(names.map(() => read));
  });

  it.each([
    ['critical', 'blocker'],
    ['Error', 'major'],
    ['HIGH', 'major'],
    ['warning', 'minor'],
    ['medium', 'minor'],
    ['low', 'nit'],
    ['info', 'nit'],
    ['suggestion', 'nit'],
    [undefined, 'minor'],
    [3, 'blocker'],
  ])('takes the severity %s for %s', (word, severity) => {
    const review = parseReviewProse(JSON.stringify([{ ...good, severity: word }]));
    expect(review?.result.findings[0]?.severity).toBe(severity);
  });

  it('gives a finding what it does not say: its one line, the new side, how sure it is, and a title for a text', () => {
    const { path, title } = good;
    const review = parseReviewProse(JSON.stringify([{ path, title, end_line: 7 }]));
    expect(review?.result.findings).toEqual([
      { path, startLine: 7, endLine: 7, side: 'new', severity: 'minor', title, explanation: title, confidence: 0.8 },
    ]);
  });

  it.each([
    { explanation: 'It fails. Every time.', title: 'It fails.' },
    { explanation: '  Why not?\nBecause.', title: 'Why not?' },
    { explanation: 'Stop! Look', title: 'Stop!' },
    { explanation: 'Version 1.2 is old\nUse 1.3.', title: 'Version 1.2 is old' },
    { explanation: 'No end', title: 'No end' },
  ])('makes the first sentence of $explanation the title', ({ explanation, title }) => {
    const { title: left, ...untitled } = good;
    const review = parseReviewProse(JSON.stringify([{ ...untitled, explanation }]));
    expect(review?.result.findings).toMatchObject([{ title, explanation }]);
  });

  it.each([
    { line: '12a', startLine: 12 },
    { line: 'a12', startLine: 12 },
    { line: 0, startLine: 1 },
    { line: '', startLine: 1 },
    { line: null, startLine: 1 },
  ])('keeps a finding at an odd line: $line', ({ line, startLine }) => {
    const { startLine: _, endLine: __, ...elsewhere } = good;
    expect(parseReviewProse(JSON.stringify([good, { ...elsewhere, line }]))).toMatchObject({
      result: { findings: [good, { startLine }] },
      skipped: 0,
    });
  });

  const verdict = { discussionId: 'd1', status: 'partly', reason: 'Half of it.' };
  it.each(['findings', 'comments', 'issues'])('reads findings called %s', (name) => {
    expect(parseReviewProse(JSON.stringify({ [name]: [good] }))?.result.findings).toHaveLength(1);
  });
  it.each(['resolvedThreads', 'resolved_threads', 'resolutions'])('reads verdicts called %s', (name) => {
    const review = parseReviewProse(JSON.stringify({ [name]: [verdict] }));
    expect(review).toMatchObject({ result: { findings: [], resolvedThreads: [verdict] }, skipped: 0 });
  });
  it.each(['summary', 'overview'])('reads a summary called %s', (name) => {
    expect(parseReviewProse(JSON.stringify({ [name]: 'Good.' }))?.result).toMatchObject({
      summary: 'Good.',
      findings: [],
    });
  });

  it.each([
    { id: 'd1', status: 'resolved', read: 'fixed' },
    { discussion_id: 'd1', status: 'partial', read: 'partly' },
    { discussionId: 'd1', status: 'not_addressed', read: 'not' },
    { discussionId: 'd1', status: 'fixed', read: 'fixed' },
  ])('reads the verdict $status as $read', ({ read, ...given }) => {
    const { result } = parseReviewProse(JSON.stringify({ resolvedThreads: [given, 'd2'] })) ?? {};
    expect(result?.resolvedThreads).toEqual([{ discussionId: 'd1', status: read, reason: '' }]);
  });

  it('takes the object that says most for the review, and the last of equals', () => {
    const other = { ...good, path: 'b.ts' };
    const pathsOf = (...values: unknown[]) =>
      parseReviewProse(values.map((value) => JSON.stringify(value)).join('\n'))?.result.findings.map(
        ({ path }) => path,
      );
    expect(pathsOf([good, good], [other])).toEqual(['a.ts', 'a.ts']);
    expect(pathsOf([good], [other])).toEqual(['b.ts']);
    expect(pathsOf({ findings: [good, good] }, { findings: [other] })).toEqual(['a.ts', 'a.ts']);
    expect(pathsOf({ findings: [good], resolvedThreads: [verdict, verdict] }, { findings: [other, other] })).toEqual([
      'a.ts',
    ]);
    expect(pathsOf({ findings: [other] }, [good, good, good])).toEqual(['b.ts']);
  });

  it('takes one finding with a summary of its own for a finding', () => {
    expect(parseReviewProse(JSON.stringify({ ...good, summary: 'Short.' }))?.result.findings).toEqual([
      expect.objectContaining(good),
    ]);
  });

  it('reads no more than a review may have, and counts the finding that is lost', () => {
    const threads = Array.from({ length: 201 }, (_, index) => ({ ...verdict, discussionId: `d${index}` }));
    const findings = Array.from({ length: 201 }, (_, index) => ({ ...good, startLine: index + 1 }));
    const criteria = Array.from({ length: 41 }, () => ({ number: 1, met: 'yes', evidence: '' }));
    const review = parseReviewProse(JSON.stringify({ findings, resolvedThreads: threads, criteria }));
    expect(review?.result.findings.at(-1)?.startLine).toBe(200);
    expect(review?.result.resolvedThreads.at(-1)?.discussionId).toBe('d199');
    expect(review?.result.criteria).toHaveLength(40);
    expect(review).toMatchObject({ skipped: 1, skippedFindings: 1 });
  });

  it('passes over a summary that is no text', () => {
    expect(parseReviewProse(`Fine. ${JSON.stringify({ ...envelope, summary: 7 })}`)?.result.summary).toBe('Fine.');
  });

  it('takes the last line for the only one where there is no other', () => {
    const { startLine, ...rest } = good;
    expect(parseReviewProse(JSON.stringify([rest]))?.result.findings).toMatchObject([{ startLine: 4, endLine: 4 }]);
  });

  it('knows no answers to criteria where the review has none that can be read', () => {
    expect(parseReviewProse(JSON.stringify({ ...envelope, criteria: 'all met' }))?.result).not.toHaveProperty(
      'criteria',
    );
  });

  it('makes a summary of the words around the JSON, without its fence', () => {
    const text = `Before.\n~~~json\n${JSON.stringify([good])}\n  ~~~  \nAfter it, \`\`\`code\`\`\`.`;
    expect(parseReviewProse(text)?.result.summary).toBe('Before.\n\nAfter it, ```code```.');
    expect(parseReviewProse(`${'word '.repeat(2001)}${JSON.stringify([good])}`)?.result.summary).toMatch(/ word…$/);
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
