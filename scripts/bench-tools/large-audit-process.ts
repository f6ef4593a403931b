import { appendFileSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import pLimit from 'p-limit';
import { createOutputDrafts } from '../../cli/commands/audit/output-drafts.ts';
import { writeOutputs } from '../../cli/commands/audit/write-outputs.ts';
import { beginFile } from '../../cli/io/file-draft.ts';
import type { CliIO } from '../../cli/io/io.ts';
import { createDirectoryFiles } from '../../shared/adapters/evidence/directory-files.ts';
import { writeWorkbook } from '../../shared/adapters/workbook/write-workbook.ts';
import type { EvidenceRequest, RawAnswer } from '../../shared/domain/ports/evidence.ts';
import { MINUTE, systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { objectPath } from '../../shared/services/audit/evidence/record.ts';
import { replayAudit, runAudit } from '../../shared/services/audit/run-audit.ts';
import { answerMs } from './answer-times.ts';
import { type AuditCase, createCaseServices, planOf } from './audit-case.ts';

/** What one process of the benchmark was asked to do. */
export interface ProcessInput {
  work: 'serve' | 'audit' | 'fetch' | 'replay' | 'parse';
  size: AuditCase;
  /** Of its own: evidence, the log of requests, files of the audit. */
  folder: string;
  /** Of the process that serves; absent where nothing is asked. */
  url?: string;
  /** The services take as long for an answer as real ones do, and not as short as they can. */
  isSlow?: boolean;
}

/** What it says when it is done; times in milliseconds, memory in bytes. */
export interface ProcessResult {
  ms: number;
  cpuMs: number;
  peakBytes: number;
  calls: number;
  /** Processor time after the last answer, when nothing is waited for any more. */
  lateCpuMs: number;
}

/** Requests under way at once, as an audit has them. */
const AT_ONCE = 4;

const input = JSON.parse(process.argv[2] ?? '{}') as ProcessInput; // written by `runLargeAudit`
/** The processor time when it came. */
let lastAnswer = process.cpuUsage();
const requestLog = path.join(input.folder, 'requests.jsonl');
const evidence = path.join(input.folder, 'evidence');
const outputs = { out: path.join(input.folder, 'out') };
/** The disk as the command line has it. */
const io: Pick<CliIO, 'beginFile' | 'writeFile'> = {
  beginFile: (file) => beginFile(file, process),
  writeFile: async (file, content) => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  },
};
const drafts = createOutputDrafts(outputs.out, io);

const WORKS = { serve, audit, fetch: fetchOnly, replay, parse } satisfies Record<ProcessInput['work'], unknown>;
await WORKS[input.work]();

/** The services, until the process is ended. */
async function serve(): Promise<void> {
  const answer = createCaseServices(input.size);
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const request = JSON.parse(Buffer.concat(chunks).toString('utf8')) as EvidenceRequest; // of `ask`
    const text = JSON.stringify(await answer(request));
    setTimeout(() => outgoing.end(text), input.isSlow ? answerMs(request) : 0);
  });
  // A client that computes for longer than that finds its connection closed in the moment it asks again.
  server.keepAliveTimeout = 10 * MINUTE;
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
}

async function ask(request: EvidenceRequest): Promise<RawAnswer> {
  const response = await fetch(input.url ?? '', { method: 'POST', body: JSON.stringify(request) });
  const answer = (await response.json()) as RawAnswer; // the server of this benchmark
  lastAnswer = process.cpuUsage();
  return answer;
}

async function audit(): Promise<void> {
  await measured(async () => {
    const result = await runAudit(planOf(input.size), {
      ...common(),
      siteUrl: 'https://jira.example.com',
      fetch: async (request) => {
        appendFileSync(requestLog, `${JSON.stringify(request)}\n`);
        return ask(request);
      },
    });
    await writeOutputs(result.files, outputs, drafts, io);
    return result.asked;
  });
}

/** The same answers, only read and parsed. */
async function fetchOnly(): Promise<void> {
  const requests = readFileSync(requestLog, 'utf8').trimEnd().split('\n');
  const limit = pLimit(AT_ONCE);
  await measured(async () => {
    await Promise.all(
      requests.map((line) =>
        limit(async () => {
          const { text } = await ask(JSON.parse(line));
          JSON.parse(text);
        }),
      ),
    );
    return requests.length;
  });
}

async function replay(): Promise<void> {
  await measured(async () => {
    const { files } = await replayAudit({ fixVersion: '2.4.0' }, common());
    await writeOutputs(files, outputs, drafts, io);
    return 0;
  });
}

/** Every record and every answer of the evidence, only read and parsed. */
async function parse(): Promise<void> {
  const files = createDirectoryFiles(evidence);
  await measured(async () => {
    for (const name of await files.list('records/')) {
      const record = JSON.parse((await files.find(name)) ?? '{}') as { sha256?: string };
      if (record.sha256) JSON.parse((await files.find(objectPath(record.sha256))) ?? 'null');
    }
    return 0;
  });
}

function common() {
  return {
    evidence: { files: createDirectoryFiles(evidence), place: 'evidence' },
    clock: systemClock,
    log: silentLog,
    toolVersion: '0.1.0',
    writeWorkbook,
    keepFile: drafts.keepFile,
  };
}

async function measured(work: () => Promise<number>): Promise<void> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const calls = await work();
  const [all, late] = [process.cpuUsage(before), process.cpuUsage(lastAnswer)].map(
    ({ user, system }) => (user + system) / 1000,
  );
  const ms = performance.now() - startedAt;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const result: ProcessResult = { ms, cpuMs: all ?? 0, peakBytes, calls, lateCpuMs: late ?? 0 };
  process.send?.(result);
}
