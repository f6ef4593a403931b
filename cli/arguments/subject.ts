import { UsageError } from './usage-error.ts';

/** What a person names on the command line. */
export type Subject =
  | { kind: 'issue'; issueKey: string; jiraProject: string }
  /** `project` is a path, the end of one, or the number of the project; absent for a bare `!7`. */
  | { kind: 'merge-request'; project?: string | number; iid: number }
  /** A run id or the beginning of one. */
  | { kind: 'run'; runId: string }
  /** A message id or the beginning of one. */
  | { kind: 'message'; messageId: string }
  /** A scope that is neither an issue nor a merge request. */
  | { kind: 'scope'; scope: string };

/**
 * Reads what every command accepts: `PROJ-12`, `group/app!7`, `app!7`, `!7`, `7!3`, a run id, a message id or the
 * beginning of either, a scope or its name as `cmap claims ls` prints it, the path of a transcript, or the address of
 * an issue or merge request in the browser.
 * @throws {UsageError} when it is none of these
 */
export function parseSubject(text: string): Subject {
  const subject = readSubject(text);
  if (subject) return subject;
  throw new UsageError(
    `${JSON.stringify(text)} is neither an issue (PROJ-12) nor a merge request (group/app!7), a run (run-1a2b3c) or an address of one`,
  );
}

/** The same, `undefined` where the text is none of these. */
export function readSubject(text: string): Subject | undefined {
  const trimmed = text.trim();
  return parseScope(trimmed) ?? parseId(trimmed) ?? parseIssue(trimmed) ?? parseMergeRequest(trimmed);
}

/** The name a subject has in sentences. */
export function nameSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'issue':
      return subject.issueKey;
    case 'merge-request':
      return `${subject.project ?? ''}!${subject.iid}`;
    case 'run':
      return subject.runId;
    case 'message':
      return subject.messageId;
    case 'scope':
      return subject.scope;
  }
}

/** An issue's key in any case; Jira writes them in capitals. `undefined` when it is none. */
function toIssue(text: string | undefined): Subject | undefined {
  const [, project = '', number] = /^([A-Za-z][A-Za-z0-9_]*)-(\d+)$/.exec(text ?? '') ?? [];
  const jiraProject = project.toUpperCase();
  return number === undefined ? undefined : { kind: 'issue', issueKey: `${jiraProject}-${number}`, jiraProject };
}

/** The scopes of `shared/domain/tasks`: `issue~PROJ-12`, `mr~7~3`, `audit~2.4.0`, `echo~...`. */
function parseScope(text: string): Subject | undefined {
  // Lists for people write `audit 2.4.0`.
  const [kind, ...rest] = text.replace(/^audit (?=\S)/, 'audit~').split('~');
  if (kind === 'issue' && rest.length === 1) return toIssue(rest[0]);
  if (kind === 'mr' && rest.length === 2 && rest.every((part) => /^\d+$/.test(part))) {
    return { kind: 'merge-request', project: Number(rest[0]), iid: Number(rest[1]) };
  }
  if (rest.join('') === '') return undefined;
  // The name of a version may hold spaces and `~`.
  const scope = [kind, ...rest].join('~');
  return kind === 'audit' || (kind === 'echo' && !/\s/.test(text)) ? { kind: 'scope', scope } : undefined;
}

function parseId(text: string): Subject | undefined {
  const runId = /^(?:.*\/)?(run-[0-9a-f]{1,40})(?:\/[^/]*)?$/i.exec(text)?.[1];
  if (runId !== undefined) return { kind: 'run', runId: runId.toLowerCase() };
  // Storage queues name messages by a UUID. An issue key such as ABCDEF12-345 wins over the beginning of one.
  const isMessage = /^[0-9a-f]{6,8}$|^[0-9a-f]{8}-[0-9a-f-]{0,27}$/i.test(text) && !toIssue(text);
  return isMessage && /[0-9]/.test(text) ? { kind: 'message', messageId: text.toLowerCase() } : undefined;
}

function parseIssue(text: string): Subject | undefined {
  const url = toUrl(text);
  if (!url) return toIssue(text);
  const inPath = /\/(?:browse|issues)\/([^/]+)\/?$/.exec(url.pathname)?.[1];
  return toIssue(inPath) ?? toIssue(url.searchParams.get('selectedIssue') ?? undefined);
}

function parseMergeRequest(text: string): Subject | undefined {
  const url = toUrl(text);
  const path = url ? decodeURIComponent(url.pathname) : text;
  const [, project = '', number] =
    /^\/?(.*?)(?:\/-)?\/merge_requests\/(\d+)(?:\/.*)?$/.exec(path) ?? /^([^\s!]*)!(\d+)$/.exec(path) ?? [];
  const iid = Number(number);
  if (!Number.isSafeInteger(iid)) return undefined;
  if (project === '') return { kind: 'merge-request', iid };
  return { kind: 'merge-request', project: /^\d+$/.test(project) ? Number(project) : project, iid };
}

function toUrl(text: string): URL | undefined {
  return /^https?:\/\//i.test(text) ? (URL.parse(text) ?? undefined) : undefined;
}
