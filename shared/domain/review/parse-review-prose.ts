import * as z from 'zod';
import { fitWords } from '../../kernel/text/fit-words.ts';
import { CriterionAnswer, MAX_CRITERIA } from '../criteria/criterion.ts';
import type { Severity } from '../mapping/severity.ts';
import { extractJson } from './extract-json.ts';
import { Finding, ReviewResult, ThreadVerdict } from './finding.ts';

export interface ProseReview {
  result: ReviewResult;
  /** Findings, verdicts and answers that were not readable and are left out. */
  skipped: number;
  /** Those of them that are findings: the agent found something that no note shows. */
  skippedFindings: number;
}

/**
 * Finds a review in the last words of an agent that did not call the tool: a fenced or bare object, an array of
 * findings, or a single finding. What a finding needs is its file and what is wrong there; the rest is read with
 * patience. Items without are skipped and counted. `undefined` when there is no review in the text.
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
  const { skipped, skippedFindings } = best;
  return { result: ReviewResult.parse({ ...best, summary }), skipped, skippedFindings };
}

interface Envelope {
  summary: string;
  findings: Finding[];
  resolvedThreads: ThreadVerdict[];
  criteria?: CriterionAnswer[];
  skipped: number;
  skippedFindings: number;
  weight: number;
}

const AnyObject = z.record(z.string(), z.unknown());

function readEnvelope(value: unknown): Envelope | undefined {
  if (Array.isArray(value)) {
    const { items, skipped } = readItems(value, readFinding);
    return items.length > 0 ? envelope({ findings: items, skippedFindings: skipped }) : undefined;
  }
  const object = AnyObject.safeParse(value).data;
  if (!object) return undefined;
  const findings = first(object, ['findings', 'comments', 'issues']) ?? findElsewhere(object);
  const verdicts = first(object, ['resolvedThreads', 'resolved_threads', 'resolutions']);
  const summary = first(object, ['summary', 'overview']);
  if (Array.isArray(findings) || Array.isArray(verdicts) || (typeof summary === 'string' && !('path' in object))) {
    const read = readItems(toList(findings), readFinding);
    const judged = readItems(Array.isArray(verdicts) ? verdicts : [], readVerdict);
    const text = typeof summary === 'string' ? summary : '';
    const criteria = object['criteria'];
    const answers = readItems(Array.isArray(criteria) ? criteria : [], (item) => CriterionAnswer.safeParse(item).data);
    const skipped = judged.skipped + answers.skipped;
    const found = {
      summary: text,
      findings: read.items,
      verdicts: judged.items,
      skipped,
      skippedFindings: read.skipped,
    };
    const review = envelope(found, 1000);
    return answers.items.length > 0 ? { ...review, criteria: answers.items.slice(0, 2 * MAX_CRITERIA) } : review;
  }
  const single = readFinding(object);
  return single ? envelope({ findings: [single] }) : undefined;
}

/** Findings in a list of another name. */
function findElsewhere(object: Record<string, unknown>): unknown[] | undefined {
  const items = Object.values(object).flatMap((value) => (Array.isArray(value) ? value : []));
  const findings = items.filter((item) => readFinding(item) !== undefined);
  return findings.length > 0 ? findings : undefined;
}

interface FoundItems {
  summary?: string;
  findings: Finding[];
  verdicts?: ThreadVerdict[];
  /** Without findings. */
  skipped?: number;
  skippedFindings?: number;
}

const MAX_ITEMS = 200;

function envelope(found: FoundItems, bonus = 0): Envelope {
  const { summary = '', findings, verdicts = [], skipped = 0, skippedFindings = 0 } = found;
  const lost = skippedFindings + Math.max(0, findings.length - MAX_ITEMS);
  return {
    summary,
    findings: findings.slice(0, MAX_ITEMS),
    resolvedThreads: verdicts.slice(0, MAX_ITEMS),
    skipped: skipped + lost,
    skippedFindings: lost,
    weight: bonus + findings.length + verdicts.length,
  };
}

/** A finding that stands alone where a list should be counts as one, also when it cannot be read. */
function toList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === '' ? [] : [value];
}

function readItems<Item>(values: unknown[], read: (value: unknown) => Item | undefined) {
  const items = values.flatMap((value) => read(value) ?? []);
  return { items, skipped: values.length - items.length };
}

/** The first of these in what the agent calls the severity decides. */
const SEVERITY_WORDS: Record<string, Severity> = {
  blocker: 'blocker',
  blocking: 'blocker',
  critical: 'blocker',
  fatal: 'blocker',
  p0: 'blocker',
  major: 'major',
  error: 'major',
  high: 'major',
  p1: 'major',
  minor: 'minor',
  warning: 'minor',
  medium: 'minor',
  moderate: 'minor',
  p2: 'minor',
  nit: 'nit',
  low: 'nit',
  info: 'nit',
  trivial: 'nit',
  style: 'nit',
  suggestion: 'nit',
  p3: 'nit',
};

const MAX_TITLE = 300;

function readFinding(value: unknown): Finding | undefined {
  const object = AnyObject.safeParse(value).data;
  if (!object) return undefined;
  const path = first(object, ['path', 'file', 'filename', 'newPath']);
  const lines = readLines(object, path);
  const explanation = toText(first(object, ['explanation', 'comment', 'body', 'message', 'description']));
  const title = toText(first(object, ['title', 'rule']));
  const read = Finding.safeParse({
    path,
    ...(lines ?? { startLine: 1, endLine: 1 }),
    side: /^(?:old|left|before|base)$/i.test(String(object['side'])) ? 'old' : 'new',
    severity: readSeverityWord(first(object, ['severity', 'level'])),
    title: fitWords(title ?? firstSentence(explanation ?? ''), MAX_TITLE),
    explanation: fitWords(explanation ?? title ?? '', 8000),
    // At lines that are only guessed it would replace others.
    suggestion: lines && readSuggestion(first(object, ['suggestion', 'replacement'])),
    confidence: readConfidence(object['confidence']),
  });
  return read.data;
}

/** A word that says nothing to us may mean the worst. */
function readSeverityWord(value: unknown): Severity {
  if (value === undefined) return 'minor';
  const words =
    String(value)
      .toLowerCase()
      .match(/[a-z]+\d?/g) ?? [];
  const known = words.find((word) => Object.hasOwn(SEVERITY_WORDS, word));
  return (known && SEVERITY_WORDS[known]) || 'blocker';
}

/** Numbers, texts such as `3-5` and `L3`, a list of both, or what stands behind the path. Lines count from 1. */
function readLines(object: Record<string, unknown>, path: unknown): Pick<Finding, 'startLine' | 'endLine'> | undefined {
  const behindPath = typeof path === 'string' ? /(?::|#L)\d+(?:[-:,]L?\d+)*$/.exec(path)?.[0] : undefined;
  const [from, to] = [
    toLines(first(object, ['startLine', 'start_line', 'line', 'lines', 'endLine', 'end_line']) ?? behindPath),
    toLines(first(object, ['endLine', 'end_line'])),
  ];
  const startLine = from[0];
  return startLine === undefined ? undefined : { startLine, endLine: to.at(-1) ?? from.at(-1) ?? startLine };
}

function toLines(value: unknown): number[] {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
  return (text.match(/\d+/g) ?? []).map(Number).filter((line) => Number.isSafeInteger(line) && line > 0);
}

/** From 0 to 1, a percentage, or a word, which tells no amount. */
function readConfidence(value: unknown): number {
  const number = typeof value === 'string' ? Number.parseFloat(value) : value;
  if (typeof number !== 'number' || !(number >= 0 && number <= 100)) return 0.8;
  return number > 1 ? number / 100 : number;
}

function readSuggestion(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 20_000 ? value : undefined;
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

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function firstSentence(text: string): string {
  return /^.*?(?:[.!?](?=\s|$)|$)/m.exec(text.trim())?.[0] ?? '';
}

function plainRest(rest: string): string {
  return rest.replace(/^\s*(?:`{3,}|~{3,})\w*\s*$/gm, '').trim();
}
