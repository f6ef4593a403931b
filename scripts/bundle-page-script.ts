import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');

/**
 * The script of a page as one text without imports, for a page that is one file. The same sources give the same text.
 */
export async function bundlePageScript(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, entry)],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    charset: 'ascii',
    legalComments: 'none',
    write: false,
  });
  // The text stands inside an element of the page, which it must not be able to end.
  return (outputFiles[0]?.text ?? '').trim().replaceAll('</', '<\\/');
}
