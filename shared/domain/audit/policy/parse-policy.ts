import { LineCounter, parseDocument } from 'yaml';
import { AuditPolicy } from './audit-policy.ts';

/** One thing that is wrong with a policy: where it stands in the file and what it is. */
export interface PolicyProblem {
  line: number;
  /** `approvals.required`; empty for the file itself. */
  path: string;
  message: string;
}

/** A policy file as people write it (YAML, and so JSON too), with its defaults. Strict: a typo is a problem with its line. */
export function parsePolicy(text: string): { policy: AuditPolicy } | { problems: PolicyProblem[] } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const [broken] = document.errors;
  if (broken) {
    const line = counter.linePos(broken.pos[0]).line;
    return { problems: [{ line, path: '', message: `this is not YAML: ${broken.message.split('\n')[0]}` }] };
  }
  const parsed = AuditPolicy.safeParse(document.toJS() ?? {});
  if (parsed.success) return { policy: parsed.data };
  return {
    problems: parsed.error.issues.map(({ path, message, ...issue }) => {
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
      const full = [...path, ...(unknown === undefined ? [] : [unknown])].map(String);
      const node = document.getIn(path.length > 0 ? path : [], true);
      const offset = isRanged(node) ? node.range[0] : 0;
      return {
        line: counter.linePos(offset).line,
        path: full.join('.'),
        message: unknown === undefined ? message : `unknown field; known here: ${knownAt(path.map(String)).join(', ')}`,
      };
    }),
  };
}

function isRanged(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function knownAt(path: readonly string[]): string[] {
  const defaults: unknown = path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    AuditPolicy.parse({}),
  );
  if (typeof defaults === 'object' && defaults !== null && !Array.isArray(defaults)) return Object.keys(defaults);
  return path[0] === 'waivers' ? ['rule', 'match', 'reason', 'by', 'until'] : ['user', 'paths', 'allow'];
}
