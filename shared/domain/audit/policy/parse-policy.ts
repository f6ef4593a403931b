import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { AuditPolicy } from './audit-policy.ts';
import { describePolicyIssue } from './describe-policy-issue.ts';

/** One thing that is wrong with a policy: where it stands in the file and what it is. */
export interface PolicyProblem {
  line: number;
  /** `approvals.required`; empty for the file itself. */
  path: string;
  message: string;
}

/**
 * A policy file as people write it (YAML, and so JSON too), with its defaults. Strict: a typo is a problem with its
 * line. A key is the text that stands there: `2.10` is a version and not the number 2.1.
 */
export function parsePolicy(text: string): { policy: AuditPolicy } | { problems: PolicyProblem[] } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, stringKeys: true });
  const [broken] = document.errors;
  if (broken) {
    const line = counter.linePos(broken.pos[0]).line;
    return { problems: [{ line, path: '', message: `this is not YAML: ${broken.message.split('\n')[0]}` }] };
  }
  const value: unknown = document.toJS() ?? {};
  const parsed = AuditPolicy.safeParse(value);
  if (parsed.success) return { policy: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) =>
    describePolicyIssue(issue, value).map(({ path, message }) => ({
      line: Math.max(1, counter.linePos(offsetOf(document, path)).line),
      path: path.join('.'),
      message,
    })),
  );
  return { problems: problems.sort((a, b) => a.line - b.line) };
}

/** Where the key at the end of a path stands, or else the nearest block around it. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last))
      : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
