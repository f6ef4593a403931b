import type { AuditCase } from './audit-case.ts';
import type { ProcessResult } from './large-audit-process.ts';
import { measure, start, withFolder } from './run-large-audit.ts';

/** An audit's evidence replayed, and only read and parsed; each in a process of its own. */
export async function measureReplay(size: AuditCase): Promise<{ replay: ProcessResult; parse: ProcessResult }> {
  return withFolder(async (folder) => {
    const common = { size, folder };
    const { child, message } = await start<{ url: string }>({ ...common, work: 'serve' });
    await measure({ ...common, work: 'audit', url: message.url }).finally(() => child.kill());
    return { replay: await measure({ ...common, work: 'replay' }), parse: await measure({ ...common, work: 'parse' }) };
  });
}
