import { styleText } from 'node:util';
import * as z from 'zod';
import { describeCriteriaCounts } from '../../shared/domain/messages/format-criteria.ts';
import { parseJson } from '../../shared/kernel/parse-json.ts';
import { wrapWords } from '../../shared/kernel/text/wrap-words.ts';
import { subjectOf } from './subject-of.ts';

/** Prints what happens, line by line. */
export interface Narrator {
  /** What a person does. */
  act(text: string): void;
  /** Something to see in Jira or GitLab. */
  note(text: string): void;
  /** A headline. */
  chapter(text: string): void;
  /** A log line of one of the programs; most say nothing to a person. */
  captureLog(line: string): void;
}

const LogLine = z.object({
  event: z.string(),
  taskId: z.string().optional(),
  stage: z.string().optional(),
  outcome: z.string().optional(),
  code: z.string().optional(),
  tool: z.string().optional(),
  target: z.string().optional(),
  branch: z.string().optional(),
  sha: z.string().optional(),
  iid: z.number().optional(),
  created: z.boolean().optional(),
  reused: z.boolean().optional(),
  modelCalls: z.number().optional(),
  inputTokens: z.number().optional(),
  outputTokens: z.number().optional(),
  admitted: z.number().optional(),
  checks: z.number().optional(),
  credentialRef: z.string().optional(),
  durationMs: z.number().optional(),
  text: z.string().optional(),
  isolation: z.string().optional(),
  findings: z.number().optional(),
  reason: z.string().optional(),
  round: z.number().optional(),
  met: z.number().optional(),
  partly: z.number().optional(),
  notMet: z.number().optional(),
  notAnswered: z.number().optional(),
});
type LogLine = z.infer<typeof LogLine>;

/** Seconds, and who it is about. */
const PREFIX_WIDTH = 18;

/** `columns` is how wide the terminal is; longer lines go on below their text. */
export function createNarrator(
  print: (line: string) => void,
  {
    startedAt = Date.now(),
    columns = () => undefined,
  }: { startedAt?: number; columns?: () => number | undefined } = {},
): Narrator {
  let saidIsolation = false;
  const printAs = (who: string, text: string) => {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
    const width = Math.max(1, (columns() ?? Number.POSITIVE_INFINITY) - PREFIX_WIDTH);
    const lines = wrapWords(text, width).join(`\n${' '.repeat(PREFIX_WIDTH)}`);
    print(`${styleText('dim', `${seconds}s`)}  ${styleText('cyan', who.padEnd(9))} ${lines}`);
  };
  return {
    act: (text) => printAs('Ada', text),
    note: (text) => printAs('', styleText('green', text)),
    chapter: (text) => print(`\n${styleText('bold', text)}`),
    captureLog(line) {
      const parsed = LogLine.safeParse(parseJson(line));
      if (!parsed.success) return;
      const { data } = parsed;
      if (data.event === 'started' && data.isolation !== undefined && !saidIsolation) {
        saidIsolation = true;
        if (data.isolation === 'none') print(styleText('yellow', `Note: ${data.text ?? ''}.`));
      }
      const text = narrateLine(data);
      if (text !== undefined) printAs(data.taskId === undefined ? 'cmap' : subjectOf(data.taskId), text);
    },
  };
}

function narrateLine(line: LogLine): string | undefined {
  switch (line.event) {
    case 'poll done':
      return line.admitted ? `${line.admitted} ${line.admitted === 1 ? 'task' : 'tasks'} found and queued` : undefined;
    case 'run begun':
      return `claimed by a runner, credential "${line.credentialRef}"`;
    case 'stage reached':
      return describeStage(line);
    case 'agent step':
      return styleText('dim', `agent: ${line.tool} ${shortenPaths(line.target ?? '')}`.trimEnd());
    case 'run settled':
      return `${line.outcome}${line.code ? ` (${line.code})` : ''} after ${((line.durationMs ?? 0) / 1000).toFixed(1)} s`;
    default:
      return undefined;
  }
}

/** The folder of a run says nothing to a person, and fills a line. */
function shortenPaths(text: string): string {
  return text.replaceAll(/[^\s"'`]*cmap-environment-\w+[/\\]run-\w+[/\\]/g, '');
}

function describeStage(line: LogLine): string | undefined {
  switch (line.stage) {
    case 'cloned':
      return line.branch === undefined
        ? 'cloned'
        : `cloned, on branch ${line.branch}${line.reused ? ' as it was left' : ''}`;
    case 'plan-made':
      return 'plan made';
    case 'agent-started':
      return 'agent session started';
    case 'agent-finished':
      return `agent finished: ${line.modelCalls} model call${line.modelCalls === 1 ? '' : 's'}, ${(line.inputTokens ?? 0) + (line.outputTokens ?? 0)} tokens`;
    case 'criteria':
      return `acceptance criteria: ${describeCriteria(line)}, says the agent`;
    case 'repair':
      return `change refused (${line.reason}): back to the agent, round ${line.round}`;
    case 'checked':
      return `change judged: paths, sizes, secrets${line.checks ? ', validate passed' : ''}`;
    case 'pushed':
      return `pushed ${line.sha?.slice(0, 8)}`;
    case 'merge-request-open':
      return `merge request !${line.iid} ${line.created ? 'opened as a draft' : 'updated'}`;
    case 'reported':
      return 'reported';
    default:
      return line.stage;
  }
}

function describeCriteria({ met = 0, partly = 0, notMet = 0, notAnswered = 0 }: LogLine): string {
  return describeCriteriaCounts({ met, partly, 'not-met': notMet, 'not-answered': notAnswered });
}
