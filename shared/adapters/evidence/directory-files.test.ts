import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { describeEvidenceFiles } from '../../../test/contracts/evidence-files.ts';
import { createDirectoryFiles } from './directory-files.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'evidence-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describeEvidenceFiles(async () => createDirectoryFiles(await mkdtemp(path.join(root, 'files-'))));
