import { oneLine } from '../../shared/kernel/text/one-line.ts';

export interface CommitMessage {
  /** `PROJ-12: what was done`; made one line of at most 72 characters. */
  subject: string;
  body: string;
  /** `{ 'Cmap-Run': runId }` */
  trailers: Readonly<Record<string, string>>;
}

const SUBJECT_LENGTH = 72;
const BODY_LENGTH = 8000;

/** The text of a commit: subject, body, trailers. Nothing in the body can pass for one of the trailers. */
export function formatCommitMessage({ subject, body, trailers }: CommitMessage): string {
  const trailerLines = Object.entries(trailers).map(([name, value]) => `${name}: ${oneLine(withoutControls(value))}`);
  const parts = [
    shortenSubject(subject),
    withoutTrailers(cleanBody(body), Object.keys(trailers)),
    trailerLines.join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** One line of at most 72 characters, cut at a word. */
export function shortenSubject(subject: string): string {
  const line = oneLine(withoutControls(subject));
  const characters = [...line];
  if (characters.length <= SUBJECT_LENGTH) return line;
  const head = characters.slice(0, SUBJECT_LENGTH - 1).join('');
  const lastSpace = head.lastIndexOf(' ');
  // A single long word is cut anyway; the issue key in front of it stays whole.
  return `${(lastSpace > SUBJECT_LENGTH / 3 ? head.slice(0, lastSpace) : head).replace(/[\s,;:.-]+$/, '')}…`;
}

function cleanBody(body: string): string {
  const lines = withoutControls(body).split('\n');
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .slice(0, BODY_LENGTH)
    .trim();
}

/** A run is found again by its trailer, so text from elsewhere must not be able to write one. */
function withoutTrailers(body: string, names: readonly string[]): string {
  const lower = names.map((name) => `${name.toLowerCase()}:`);
  const lines = body
    .split('\n')
    .filter((line) => !lower.some((name) => line.trimStart().toLowerCase().startsWith(name)));
  return lines.join('\n').trim();
}

function withoutControls(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}
