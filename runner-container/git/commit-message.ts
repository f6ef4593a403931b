import { neutralCommitBody, neutralLine } from '../../shared/domain/messages/neutral-commit.ts';
import { cleanText } from '../../shared/kernel/text/clean-text.ts';
import { fitText } from '../../shared/kernel/text/fit-text.ts';
import { oneLine } from '../../shared/kernel/text/one-line.ts';

export interface CommitMessage {
  /** `PROJ-12: what was done`; made one line of at most 72 characters. */
  subject: string;
  /** How people want first lines to be, with `{summary}` where the subject goes; it is taken as it is. */
  subjectForm?: string;
  body: string;
  /** `{ 'Cmap-Run': runId }`; one with several values has a line for each. */
  trailers: Readonly<Record<string, string | readonly string[]>>;
}

const SUBJECT_LENGTH = 72;
const BODY_LENGTH = 8000;

/**
 * The text of a commit: subject, body, trailers. Nothing in subject and body closes an issue, skips a pipeline,
 * mentions an account or passes for a trailer: a run is found again by its own.
 */
export function formatCommitMessage({ subject, subjectForm, body, trailers }: CommitMessage): string {
  const trailerLines = Object.entries(trailers).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${oneLine(withoutControls(value))}`),
  );
  const parts = [
    shortenSubject(subject, subjectForm),
    cleanBody(withoutTrailers(body, Object.keys(trailers))),
    trailerLines.join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** One line of at most 72 characters, cut at a word. */
export function shortenSubject(subject: string, form = '{summary}'): string {
  const line = oneLine(form.replaceAll('{summary}', () => neutralLine(subject)));
  const characters = [...line];
  if (characters.length <= SUBJECT_LENGTH) return line;
  const head = characters.slice(0, SUBJECT_LENGTH - 1).join('');
  const lastSpace = head.lastIndexOf(' ');
  // A single long word is cut anyway; the issue key in front of it stays whole.
  return `${(lastSpace > SUBJECT_LENGTH / 3 ? head.slice(0, lastSpace) : head).replace(/[\s,;:.-]+$/, '')}…`;
}

/** Our own trailers are left out altogether: a run is found again by them. */
function withoutTrailers(body: string, names: readonly string[]): string {
  const lower = names.map((name) => `${name.toLowerCase()}:`);
  const isOurs = (line: string) => lower.some((name) => line.trimStart().toLowerCase().startsWith(name));
  return cleanText(body)
    .split('\n')
    .filter((line) => !isOurs(line))
    .join('\n');
}

function cleanBody(body: string): string {
  return fitText(neutralCommitBody(body), BODY_LENGTH).trim();
}

function withoutControls(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}
