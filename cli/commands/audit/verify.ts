import path from 'node:path';
import * as z from 'zod';
import { PRODUCT_VERSION } from '../../../shared/app/product-version.ts';
import type { AuditDiff } from '../../../shared/domain/audit/diff/audit-diff.ts';
import { diffAudits } from '../../../shared/domain/audit/diff/diff-audits.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { hasCode } from '../../../shared/kernel/has-code.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createEvidenceStore } from '../../../shared/services/audit/evidence/evidence-store.ts';
import { checkManifest, MANIFEST, Manifest } from '../../../shared/services/audit/manifest.ts';
import type { KeepFile, OutputFile } from '../../../shared/services/audit/output-file.ts';
import { WORKBOOK } from '../../../shared/services/audit/render-outputs.ts';
import { replayAudit } from '../../../shared/services/audit/run-audit.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { CliIO } from '../../io/io.ts';
import { describeFileError } from '../../io/read-input.ts';
import { answer } from '../../output/answer.ts';
import { countOf } from '../../output/count-of.ts';
import { describeFailure } from '../../output/describe-error.ts';
import { openEvidence } from './open-evidence.ts';
import { readReport } from './read-report.ts';

export const AuditVerifyOptions = z.object({
  dir: z.string(),
  cacheDir: z.string().optional(),
  json: z.boolean().default(false),
});
export type AuditVerifyOptions = z.infer<typeof AuditVerifyOptions>;

/**
 * Checks an audit: every file against the manifest, the chain and each answer of the evidence, the report against its
 * schema, whether the rules decide alike today, and whether every file is what the evidence gives. The workbook is
 * compared with the manifest only: its compression is not the same on every machine. Exit code 0 when all of it holds,
 * 1 with every problem otherwise.
 */
export async function auditVerify({ dir, cacheDir, json }: AuditVerifyOptions, io: CliIO): Promise<number> {
  const manifest = await readManifest(dir, io);
  const problems = await checkManifest(manifest, (name) => readIfThere(path.join(dir, name), io));
  const place = cacheDir ?? path.join(dir, 'evidence');
  const records = await checkEvidence(manifest, place, io, problems);
  if (problems.length === 0) problems.push(...(await replay(dir, place, manifest, io)));
  const document = { dir, files: manifest.files.length, records, problems };
  const text = () =>
    problems.length === 0
      ? `${dir}: ${countOf(manifest.files.length, 'file')} and ${countOf(records, 'record')} of evidence are as they were written, and the rules decide alike.`
      : [`${dir}: ${countOf(problems.length, 'problem')}`, ...problems.map((problem) => `  ${problem}`)];
  return answer({ json, document, text, ok: problems.length === 0 }, io);
}

async function readManifest(dir: string, io: Pick<CliIO, 'readFile'>): Promise<Manifest> {
  const file = path.join(dir, MANIFEST);
  const bytes = await readIfThere(file, io);
  if (bytes === undefined) throw new UsageError(`${file} is not there: name the folder of an audit`);
  try {
    return Manifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    throw new UsageError(`${file} is not the manifest of an audit`);
  }
}

/** `undefined` only for what is not there: a file that may not be read is no missing file. */
async function readIfThere(file: string, io: Pick<CliIO, 'readFile'>): Promise<Uint8Array | undefined> {
  try {
    return await io.readFile(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new UsageError(`${file}: ${describeFileError(error)}`, { cause: error });
  }
}

/** Reads every answer once, because a hash is only known to hold after reading. Returns how many records there are. */
async function checkEvidence({ evidence }: Manifest, place: string, io: CliIO, problems: string[]): Promise<number> {
  const store = createEvidenceStore({ ...openEvidence(place, io), clock: io.clock });
  try {
    const records = await store.records();
    // An audit has at least the record of its beginning.
    if (!evidence) problems.push(`${MANIFEST} names no evidence.`);
    if (evidence && records.length === 0) {
      problems.push(
        `${place} has no evidence, the manifest names ${countOf(evidence.records, 'record')}: name their folder with --cache-dir if they are elsewhere.`,
      );
    } else if (evidence && records.length < evidence.records) {
      problems.push(`${place} has ${records.length} records, the manifest names ${evidence.records}.`);
    } else if (evidence && (await store.hashOf(evidence.records)) !== evidence.lastSha256) {
      problems.push(
        `${place} is not the evidence of this audit: record ${evidence.records} is not the one the manifest names.`,
      );
    }
    for (const record of records) {
      if (record.kind !== 'answer') continue;
      await store.read(record).catch((error: unknown) => problems.push(describe(error)));
    }
    return records.length;
  } catch (error) {
    problems.push(describe(error));
    return 0;
  }
}

async function replay(dir: string, place: string, manifest: Manifest, io: CliIO): Promise<string[]> {
  const before = await readReport(dir, io);
  const { fixVersion, auditedAt, toolVersion } = before.summary;
  if (fixVersion !== manifest.fixVersion || auditedAt !== manifest.auditedAt)
    return [`${MANIFEST} is of another audit than audit.json.`];
  const deps = {
    evidence: openEvidence(place, io),
    clock: io.clock,
    log: silentLog,
    toolVersion: PRODUCT_VERSION,
    writeWorkbook: async () => new Uint8Array(),
    keepFile: keepNothing,
  };
  const { policy, repositoryPolicies } = before;
  const records = manifest.evidence?.records;
  const { report, files } = await replayAudit(
    { fixVersion, policy, repositoryPolicies, now: auditedAt, records },
    deps,
  );
  const diff = diffAudits(before, report);
  if (!diff.same) return describeDifference(diff);
  // Another version of the program may write the same in other words.
  return toolVersion === PRODUCT_VERSION ? compareFiles(files, manifest) : [];
}

function describeDifference({ findings: { added, removed } }: AuditDiff): string[] {
  return [
    ...added.map((id) => `The rules find more today: ${id}.`),
    ...removed.map((id) => `The rules do not find this any more: ${id}.`),
    ...(added.length + removed.length === 0
      ? ['The evidence gives another report today; cmap audit diff says what differs.']
      : []),
  ];
}

/** A file that was changed together with the manifest, and one that the manifest passes over. */
function compareFiles(files: readonly OutputFile[], manifest: Manifest): string[] {
  const listed = new Map(manifest.files.map(({ name, sha256 }) => [name, sha256]));
  return files
    .filter(({ name }) => name !== MANIFEST)
    .flatMap(({ name, sha256 }) => {
      const stored = listed.get(name);
      if (stored === undefined) return [`${MANIFEST} does not name ${name}, which is a file of each audit.`];
      return stored === sha256 || name === WORKBOOK ? [] : [`${name} is not what the evidence gives.`];
    });
}

/** Only the hashes of the files are wanted. */
const keepNothing: KeepFile = () => ({ add() {}, end() {}, pieces: () => [] });

function describe(error: unknown): string {
  if (!(error instanceof TaskError)) throw error;
  return describeFailure(error);
}
