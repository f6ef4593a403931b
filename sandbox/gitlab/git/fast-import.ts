/** What stands in a file; `null` removes it. */
export type FileContent = string | Buffer | null | { content: string | Buffer; mode: '100755' | '120000' };

export interface NewCommit {
  branch: string;
  message: string;
  /** The parent; without one the commit is a first commit. */
  parent?: string | undefined;
  author: { name: string; email: string };
  /** Milliseconds since the epoch. */
  at: number;
  files: Record<string, FileContent>;
}

/** The commit as git-fast-import(1) reads it: one process for any number of files. */
export function formatFastImport({ branch, message, parent, author, at, files }: NewCommit): Buffer {
  const person = `${author.name} <${author.email}> ${Math.floor(at / 1000)} +0000`;
  const parts: Buffer[] = [
    Buffer.from(`commit refs/heads/${branch}\nauthor ${person}\ncommitter ${person}\n`),
    data(message),
    Buffer.from(parent ? `from ${parent}\n` : ''),
  ];
  for (const [file, value] of Object.entries(files)) {
    if (value === null) {
      parts.push(Buffer.from(`D ${quote(file)}\n`));
      continue;
    }
    const { content, mode } = typeof value === 'object' && 'mode' in value ? value : { content: value, mode: '100644' };
    parts.push(Buffer.from(`M ${mode} inline ${quote(file)}\n`), data(content));
  }
  return Buffer.concat(parts);
}

function data(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}

function quote(file: string): string {
  if (!/["\n\\]/.test(file)) return file;
  return `"${file.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
