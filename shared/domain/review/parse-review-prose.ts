import { z } from 'zod';
import { fitWords } from '../../kernel/text/fit-words.ts';
import { CriterionAnswer, MAX_CRITERIA } from '../criteria/criterion.ts';
import type { Severity } from '../mapping/severity.ts';
import { extractJson } from './extract-json.ts';
import { Finding, ReviewResult, ThreadVerdict } from './finding.ts';

export interface ProseReview {
  result: ReviewResult;
  /** Findings and verdicts that were not readable and are left out. */
  skipped: number;
}

/**
 * Finds a review in the last words of an agent that did not call the tool: a fenced or bare object, an array of
 * findings, or a single finding. Bad items are skipped and counted. `undefined` when there is no review in the text.
 */
export function parseReviewProse(text: string): ProseReview | undefined {
  const candidates = extractJson(text).flatMap((json) => {
    const review = readEnvelope(json.value);
    return review ? [{ ...review, rest: `${text.slice(0, json.start)}\n${text.slice(json.end)}` }] : [];
  });
  // The agent may think aloud in examples first; its verdict is the richest object, and of equals the last.
  const best = candidates.reduce<(typeof candidates)[number] | undefined>(
    (winner, next) => (!winner || next.weight >= winner.weight ? next : winner),
    undefined,
  );
  if (!best) return undefined;
  const summary = fitWords(best.summary || plainRest(best.rest), 10_000);
  return { result: ReviewResult.parse({ ...best, summary }), skipped: best.skipped };
}

interface Envelope {
  summary: string;
  findings: Finding[];
  resolvedThreads: ThreadVerdict[];
  criteria?: CriterionAnswer[];
  skipped: number;
  weight: number;
}

const AnyObject = z.record(z.string(), z.unknown());

function readEnvelope(value: unknown): Envelope | undefined {
  if (Array.isArray(value)) {
    const { items, skipped } = readItems(value, readFinding);
    return items.length > 0 ? envelope({ findings: items, skipped }) : undefined;
  }
  const object = AnyObject.safeParse(value).data;
  if (!object) return undefined;
  const findings = first(object, ['findings', 'comments', 'issues']);
  const verdicts = first(object, ['resolvedThreads', 'resolved_threads', 'resolutions']);
  const summary = first(object, ['summary', 'overview']);
  if (Array.isArray(findings) || Array.isArray(verdicts) || (typeof summary === 'string' && !('path' in object))) {
    const read = readItems(Array.isArray(findings) ? findings : [], readFinding);
    const judged = readItems(Array.isArray(verdicts) ? verdicts : [], readVerdict);
    const text = typeof summary === 'string' ? summary : '';
    const criteria = object['criteria'];
    const answers = readItems(Array.isArray(criteria) ? criteria : [], (item) => CriterionAnswer.safeParse(item).data);
    const skipped = read.skipped + judged.skipped + answers.skipped;
    const found = { summary: text, findings: read.items, verdicts: judged.items, skipped };
    const review = envelope(found, 1000);
    return answers.items.length > 0 ? { ...review, criteria: answers.items.slice(0, 2 * MAX_CRITERIA) } : review;
  }
  const single = readFinding(object);
  return single ? envelope({ findings: [single] }) : undefined;
}

interface FoundItems {
  summary?: string;
  findings: Finding[];
  verdicts?: ThreadVerdict[];
  skipped?: number;
}

function envelope({ summary = '', findings, verdicts = [], skipped = 0 }: FoundItems, bonus = 0): Envelope {
  const weight = bonus + findings.length + verdicts.length;
  return { summary, findings: findings.slice(0, 200), resolvedThreads: verdicts.slice(0, 200), skipped, weight };
}

function readItems<Item>(values: unknown[], read: (value: unknown) => Item | undefined) {
  const items = values.flatMap((value) => read(value) ?? []);
  return { items, skipped: values.length - items.length };
}

const SEVERITY_WORDS: Record<string, Severity> = {
  critical: 'blocker',
  error: 'major',
  high: 'major',
  warning: 'minor',
  medium: 'minor',
  low: 'nit',
  info: 'nit',
  suggestion: 'nit',
};

function readFinding(value: unknown): Finding | undefined {
  const object = AnyObject.safeParse(value).data;
  if (!object) return undefined;
  const startLine = toLine(first(object, ['startLine', 'start_line', 'line', 'endLine', 'end_line']));
  const explanation = first(object, ['explanation', 'comment', 'body', 'message', 'description']);
  const severity = first(object, ['severity', 'level']);
  const word = typeof severity === 'string' ? severity.toLowerCase() : 'minor';
  const read = Finding.safeParse({
    path: first(object, ['path', 'file', 'filename', 'newPath']),
    startLine,
    endLine: toLine(first(object, ['endLine', 'end_line'])) ?? startLine,
    side: object['side'] ?? 'new',
    severity: SEVERITY_WORDS[word] ?? word,
    title: first(object, ['title', 'rule']) ?? firstSentence(explanation),
    explanation: explanation ?? object['title'],
    suggestion: first(object, ['suggestion', 'replacement']),
    confidence: object['confidence'] ?? 0.8,
  });
  return read.data;
}

function readVerdict(value: unknown): ThreadVerdict | undefined {
  const object = AnyObject.safeParse(value).data;
  if (!object) return undefined;
  const status =
    { resolved: 'fixed', partial: 'partly', not_addressed: 'not' }[String(object['status'])] ?? object['status'];
  const discussionId = first(object, ['discussionId', 'discussion_id', 'id']);
  return ThreadVerdict.safeParse({ discussionId, status, reason: object['reason'] ?? '' }).data;
}

function first(object: Record<string, unknown>, keys: string[]): unknown {
  return keys.map((key) => object[key]).find((value) => value != null);
}

function toLine(value: unknown): unknown {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
}

function firstSentence(value: unknown): string | undefined {
  return typeof value === 'string'
    ? fitWords(/^.*?(?:[.!?](?=\s|$)|$)/m.exec(value.trim())?.[0] ?? '', 300)
    : undefined;
}

function plainRest(rest: string): string {
  return rest.replace(/^\s*(?:`{3,}|~{3,})\w*\s*$/gm, '').trim();
}
