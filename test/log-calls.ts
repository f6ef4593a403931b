import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What one event may carry, by the log calls in the sources. */
export interface LoggedEvent {
  fields: Set<string>;
  /** What is spread into it, whose fields only the program knows. */
  spreads: Set<string>;
}

/**
 * Every event the programs log at `info` or above, with the names of its fields. Read from the text of the calls
 * (`log.info('event', { field, other: value, ...rest })`), so that a query can ask for nothing that is not written.
 */
export function readLogCalls(root: string): Map<string, LoggedEvent> {
  const events = new Map<string, LoggedEvent>();
  for (const text of readSources(root)) {
    for (const [whole, event = ''] of text.matchAll(/\blog\.(?:info|warn|error)\(\s*'([^']+)'/g)) {
      const start = text.indexOf(whole) + whole.length;
      const known = events.get(event) ?? { fields: new Set(), spreads: new Set() };
      events.set(event, known);
      for (let from = text.indexOf(whole); from !== -1; from = text.indexOf(whole, from + 1))
        collect(readObject(text, from + whole.length), known);
      collect(readObject(text, start), known);
    }
  }
  return events;
}

/** All sources of the programs, tests left out. */
export function readSources(root: string): string[] {
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !NO_PROGRAMS.has(entry.name))
    .map(({ name }) => name);
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => readFileSync(path.join(root, folder, name), 'utf8')),
  );
}

const NO_PROGRAMS = new Set(['node_modules', 'dist', 'docs', 'examples', 'infra', 'sandbox', 'scripts', 'test']);

/** The object literal that follows as the second argument; empty when there is none. */
function readObject(text: string, at: number): string {
  const rest = text.slice(at);
  const [opening] = /^\s*,\s*(\{|[\w.(])/.exec(rest) ?? [];
  if (!opening) return '';
  if (!opening.endsWith('{')) return `...${/^\s*,\s*([\w.]+)/.exec(rest)?.[1] ?? ''}`;
  let depth = 0;
  const begin = opening.length - 1;
  for (let index = begin; index < rest.length; index += 1) {
    if ('{(['.includes(rest[index] ?? '')) depth += 1;
    if ('})]'.includes(rest[index] ?? '')) depth -= 1;
    if (depth === 0) return rest.slice(begin + 1, index);
  }
  return '';
}

function collect(body: string, into: LoggedEvent): void {
  for (const part of splitAtTopLevel(body)) {
    const spread = /^\.\.\.(.+)$/s.exec(part)?.[1];
    const name = /^(\w+)/.exec(part)?.[1];
    if (spread) into.spreads.add(spread.trim());
    else if (name) into.fields.add(name);
  }
}

function splitAtTopLevel(body: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const sign of body) {
    if ('{(['.includes(sign)) depth += 1;
    if ('})]'.includes(sign)) depth -= 1;
    if (sign === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += sign;
  }
  return [...parts, part.trim()].filter((one) => one !== '');
}
