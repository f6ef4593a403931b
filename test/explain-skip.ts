/** Whether this machine has the boundary at all: another user for the agent. */
export const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0;

/** What a suite may need that not every machine has. */
const NEEDS = {
  linux: { isHere: process.platform === 'linux', why: 'it needs Linux' },
  'not-windows': { isHere: process.platform !== 'win32', why: 'its tools are scripts that Windows does not start' },
  root: { isHere: process.getuid?.() === 0, why: 'only root may give files and processes to another user' },
  'root-on-linux': { isHere: isRootOnLinux, why: 'the agent gets a user of its own only for root on Linux' },
};

/** Whether a suite is skipped, for want of what it needs; then says so on stderr, in one line. */
export function explainSkip(suite: string, need: keyof typeof NEEDS): boolean {
  const { isHere, why } = NEEDS[need];
  if (!isHere) process.stderr.write(`${suite}: skipped, because ${why}.\n`);
  return !isHere;
}
