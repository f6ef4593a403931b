/** The first version with zstd (https://nodejs.org/api/zlib.html), the newest thing that the command line needs. */
const NEEDED = { major: 22, minor: 15 };

/**
 * Why this version of Node, `major.minor.patch`, cannot run the command line, and what to do; undefined when it can.
 */
export function explainOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor)) return undefined;
  return `this is Node ${version}; cmap needs ${NEEDED.major}.${NEEDED.minor} or newer. In a folder where cmap is installed, npx cmap runs it on the Node that came with it.`;
}
