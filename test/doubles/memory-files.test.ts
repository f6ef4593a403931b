import { describeEvidenceFiles } from '../contracts/evidence-files.ts';
import { createMemoryFiles } from './memory-files.ts';

describeEvidenceFiles(async () => createMemoryFiles());
