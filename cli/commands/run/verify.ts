import path from 'node:path';
import * as z from 'zod';
import { createDirectoryFiles } from '../../../shared/adapters/evidence/directory-files.ts';
import type { DaysReport } from '../../../shared/domain/runs/archive/check-days.ts';
import { DAYS, KeptDay } from '../../../shared/domain/runs/archive/day-file.ts';
import { LEDGER_WATERMARK } from '../../../shared/services/runs/archive/create-ledger-archiver.ts';
import { verifyDays } from '../../../shared/services/runs/archive/verify-days.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';

export const RunsVerifyOptions = z.object({ dir: z.string().optional(), json: z.boolean().default(false) });
export type RunsVerifyOptions = z.infer<typeof RunsVerifyOptions>;

/**
 * Checks the kept days of the run ledger, in the deployment's container or in a folder of copies: that no day is
 * missing, and that each is what was written. Only the deployment knows which day was the last one. Exit code 0 when
 * all of it holds, 1 with every problem otherwise.
 */
export async function runsVerify(
  { dir, json }: RunsVerifyOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'ledgerFiles'> = createTools(io),
): Promise<number> {
  const report = dir === undefined ? await verifyDeployment(tools) : await verifyFolder(dir, io);
  const { days, runs, first, last, before, problems } = report;
  const document = { days, runs, first: first ?? null, last: last ?? null, deletedUntil: before ?? null, problems };
  return answer({ json, document, text: () => describe(report), ok: problems.length === 0 }, io);
}

async function verifyDeployment(tools: Pick<Tools, 'storage' | 'ledgerFiles'>): Promise<DaysReport> {
  const [{ watermarks }, files] = await Promise.all([tools.storage(), tools.ledgerFiles()]);
  const mark = await watermarks.find(LEDGER_WATERMARK);
  return verifyDays(files, mark && KeptDay.parse(JSON.parse(mark.value)));
}

async function verifyFolder(dir: string, io: Pick<CliIO, 'cwd'>): Promise<DaysReport> {
  const report = await verifyDays(createDirectoryFiles(path.resolve(io.cwd, dir)));
  if (report.days === 0)
    throw new UsageError(
      `${dir} holds no kept day: name the folder that has ${DAYS} with files such as 2026-11-27.jsonl`,
    );
  return report;
}

function describe({ days, runs, first, last, before, problems }: DaysReport): string[] {
  if (!first || !last) return problems.length > 0 ? problems : ['No day of the run ledger is kept yet.'];
  const what = `${countOf(days, 'day')} with ${countOf(runs, 'run')}, ${first.day} to ${last.day}`;
  const earlier =
    before === undefined
      ? []
      : [`Days until ${before} are not here: they were deleted after their time, or taken away.`];
  if (problems.length === 0) return [`${what}: as they were written, and none is missing.`, ...earlier];
  return [`${what}: ${countOf(problems.length, 'problem')}`, ...problems.map((problem) => `  ${problem}`), ...earlier];
}
