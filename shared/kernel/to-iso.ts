/** A time in milliseconds as `2026-01-31T10:20:30.000Z`. @throws {RangeError} when it is none a date can hold */
export function toIso(at: number): string {
  return new Date(at).toISOString();
}
