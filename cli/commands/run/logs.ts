import * as z from 'zod';
import { pickTranscripts, runFolder } from '../../../shared/domain/runs/run-files.ts';
import { wrapLines } from '../../../shared/kernel/text/wrap-words.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { findRun } from '../../clients/find-run.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { refuse } from '../../output/refuse.ts';
import { formatTranscript, parseTranscript } from './format-transcript.ts';

export const RunLogsOptions = z.object({
  id: z.string(),
  full: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type RunLogsOptions = z.infer<typeof RunLogsOptions>;

/**
 * Reads what the agent of a run was told, said and did, attempt by attempt; long texts are cut unless `--full`. Lines
 * are wrapped to a terminal; a pipe gets them as they are.
 */
export async function runLogs(
  { id, full, json }: RunLogsOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'> = createTools(io),
): Promise<number> {
  const found = await findRun(parseSubject(id), tools);
  if ('error' in found) return refuse({ error: found.error, json }, io);
  const { runId, state } = found.run;
  const { artefacts } = await tools.storage();
  const paths = pickTranscripts(await artefacts.list(runFolder(runId)));
  if (paths.length === 0) {
    const error = `${runId} (${state}) has no transcript: no agent session ended, or it is kept no longer; \`cmap run show ${runId}\` has its stages`;
    return refuse({ error, json }, io);
  }
  const texts = await Promise.all(paths.map((path) => artefacts.find(path)));
  const transcripts = paths.map((path, index) => ({ path, entries: parseTranscript(texts[index] ?? '') }));
  const text = () => {
    const lines = transcripts.flatMap(({ path, entries }) => [`== ${path}`, ...formatTranscript(entries, { full })]);
    const { isTerminal, columns } = io;
    return isTerminal && columns !== undefined ? wrapLines(lines.join('\n'), columns) : lines;
  };
  return answer({ json, document: { runId, transcripts }, text, verbatim: true }, io);
}
