import { DAY, HOUR, MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { toIso } from '../../shared/kernel/to-iso.ts';

/** `12 s`, `5 min`, `3 h`, `2 d`: short enough for a table, exact enough to act on. */
export function formatSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return `${Math.round(span / SECOND)} s`;
  if (span < HOUR) return `${Math.round(span / MINUTE)} min`;
  if (span < DAY) return `${Math.round(span / HOUR)} h`;
  return `${Math.round(span / DAY)} d`;
}

/** `2026-01-31 10:20:30Z`. */
export function formatTime(at: number): string {
  return `${toIso(at).slice(0, 19).replace('T', ' ')}Z`;
}
