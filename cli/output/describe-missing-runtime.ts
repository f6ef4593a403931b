import { PRODUCT_VERSION } from '../../shared/app/product-version.ts';

export interface RuntimeCommand {
  /** `replay PROJ-12`, as it was given. */
  words: readonly string[];
  /** A file of this machine that the command reads. */
  instructions?: string | undefined;
}

/** Inside the container. */
const INSTRUCTIONS = '/instructions.md';

/**
 * What to do where a command needs the Copilot runtime, which only the runner image and a checkout have: two commands
 * to paste, in lines that no terminal has to break. The settings are handed over as a file, so that no secret stands in
 * the history of a shell.
 */
export function describeMissingRuntime({ words, instructions }: RuntimeCommand): string {
  const given = instructions === undefined ? [] : ['--instructions', instructions];
  const volume = instructions === undefined ? [] : ['--volume', `${absolute(instructions)}:${INSTRUCTIONS}:ro`];
  const inImage = [...words, ...(instructions === undefined ? [] : ['--instructions', INSTRUCTIONS])];
  return [
    `${words[0]} needs the Copilot runtime, which this package does not carry; run it in the runner image, or from a checkout:`,
    `  ${quote(['docker', 'run', '--rm', '--env-file', '.env', ...volume, '--entrypoint', 'cmap'])} \\`,
    `    "$REGISTRY/cmap-runner:${PRODUCT_VERSION}" ${quote(inImage)}`,
    `  npm ci && ${quote(['npx', 'cmap', ...words, ...given])}`,
  ].join('\n');
}

/** Docker takes a volume by its whole path only. */
function absolute(file: string): string {
  return /^(?:\/|[A-Za-z]:[\\/])/.test(file) ? file : `$PWD/${file}`;
}

function quote(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w./:@=,-]+$/.test(word) ? word : `"${word.replaceAll(/["\\`]/g, '\\$&')}"`))
    .join(' ');
}
