import type { Clock } from '../../shared/kernel/clock.ts';
import { cutText } from '../../shared/kernel/text/cut-text.ts';
import { toIso } from '../../shared/kernel/to-iso.ts';

const MAX_ENTRY_CHARACTERS = 20_000;
const MAX_CHARACTERS = 5_000_000;

/** What was said and done in a session, as JSON lines `{ at, type, ... }`. Long texts are cut, and say so. */
export interface Transcript {
  add(type: string, fields: Record<string, unknown>): void;
  toString(): string;
}

/** `redact` masks a text before it is cut, because half a secret is not recognized any more. */
export function createTranscript({ clock, redact }: { clock: Clock; redact: (text: string) => string }): Transcript {
  const lines: string[] = [];
  let size = 0;
  let full = false;

  return {
    add(type, fields) {
      if (full) return;
      const at = toIso(clock.now());
      let line = JSON.stringify({ at, type, ...fields }, (_key, value: unknown) => shorten(value, redact));
      if (size + line.length > MAX_CHARACTERS) {
        full = true;
        line = JSON.stringify({ at, type: 'transcript-cut', maxCharacters: MAX_CHARACTERS });
      }
      size += line.length + 1;
      lines.push(line);
    },
    toString: () => lines.map((line) => `${line}\n`).join(''),
  };
}

function shorten(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value !== 'string' || value.length <= MAX_ENTRY_CHARACTERS) return value;
  const masked = redact(value);
  const kept = cutText(masked, MAX_ENTRY_CHARACTERS);
  return kept === masked ? masked : `${kept}[... ${masked.length - kept.length} characters left out]`;
}
