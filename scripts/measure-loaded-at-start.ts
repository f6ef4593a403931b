import type { Metafile } from 'esbuild';

/** Bytes of the built program `entry` and of every chunk it imports statically, which is what loading it reads. */
export function measureLoadedAtStart(outputs: Metafile['outputs'], entry: string): number {
  const pending = Object.keys(outputs).filter((file) => outputs[file]?.entryPoint === entry);
  if (pending.length === 0) throw new Error(`${entry} is not among what was built`);
  const loaded = new Map<string, number>();
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    const output = outputs[file];
    if (!output || loaded.has(file)) continue;
    loaded.set(file, output.bytes);
    for (const { path, kind, external } of output.imports)
      if (kind === 'import-statement' && !external) pending.push(path);
  }
  return [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
}
