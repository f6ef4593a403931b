import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * Path of the Copilot runtime that was installed for this machine.
 * @throws {Error} that says what to install, when it is missing.
 */
export function findRuntimePath(platform: string = runtimePlatform()): string {
  const name = `@github/copilot-sdk-${platform}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return path.join(path.dirname(manifest), 'prebuilds', platform, 'copilot-runtime');
  } catch (cause) {
    const advice = 'run npm install on this platform, without --omit=optional';
    throw new Error(`The Copilot runtime for this machine is missing (${name}): ${advice}`, { cause });
  }
}

function runtimePlatform(): string {
  return `${process.platform}${isMusl() ? 'musl' : ''}-${process.arch}`;
}

/** Node reports the version of glibc it runs on; on Alpine there is none. */
function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}
