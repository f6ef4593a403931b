const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** Keeps every distance in time of the page current. */
export function startTimes(): void {
  const show = (): void => {
    for (const time of document.querySelectorAll<HTMLTimeElement>('time.when')) time.textContent = distance(time);
  };
  setInterval(show, 5000);
}

function distance({ dateTime }: HTMLTimeElement): string {
  const ms = Date.now() - Date.parse(dateTime);
  const [size, name] = UNITS.find(([unit]) => Math.abs(ms) >= unit) ?? [1000, 's'];
  const text = `${Math.round(Math.abs(ms) / size)} ${name}`;
  return ms < 0 ? `in ${text}` : `${text} ago`;
}
