import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { createOutputFile, type OutputFile } from './output-file.ts';

export const MANIFEST = 'manifest.json';

/**
 * What an audit consists of: the hash of every file, each chained to the one before, and the last record of the
 * evidence.
 */
export const Manifest = z.strictObject({
  schema: z.literal('cmap.audit-manifest.v1'),
  fixVersion: z.string(),
  auditedAt: z.string(),
  files: z.array(
    z.strictObject({
      name: z.string(),
      bytes: z.int(),
      sha256: z.string(),
      /** SHA-256 of the chain before, the name and the hash of the file. */
      chain: z.string(),
    }),
  ),
  /** Number and SHA-256 of the last record of the evidence; null without evidence. */
  evidence: z.strictObject({ records: z.int(), lastSha256: z.string() }).nullable(),
});
export type Manifest = z.infer<typeof Manifest>;

export function buildManifest(
  files: readonly OutputFile[],
  about: Pick<Manifest, 'fixVersion' | 'auditedAt' | 'evidence'>,
): OutputFile {
  let chain = '';
  const listed = files
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, bytes, sha256 }) => {
      chain = createHash('sha256').update(`${chain}\n${name}\n${sha256}`).digest('hex');
      return { name, bytes, sha256, chain };
    });
  const { fixVersion, auditedAt, evidence } = about;
  const manifest: Manifest = { schema: 'cmap.audit-manifest.v1', fixVersion, auditedAt, files: listed, evidence };
  return createOutputFile(MANIFEST, 'application/json', [canonicalJson(manifest)]);
}

/**
 * What is wrong with the files of a manifest: missing, changed, or the manifest's own chain broken. Empty when nothing
 * is.
 */
export async function checkManifest(
  manifest: Manifest,
  read: (name: string) => Promise<Uint8Array | undefined>,
): Promise<string[]> {
  const problems: string[] = [];
  let chain = '';
  for (const { name, sha256, chain: stored } of manifest.files) {
    chain = createHash('sha256').update(`${chain}\n${name}\n${sha256}`).digest('hex');
    if (chain !== stored) problems.push(`${MANIFEST} was changed at ${name}.`);
    const content = await read(name);
    if (content === undefined) problems.push(`${name} is not there.`);
    else if (hashOf(content) !== sha256) problems.push(`${name} was changed since the audit.`);
  }
  return problems;
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
