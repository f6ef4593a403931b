interface Field {
  min: number;
  max: number;
  names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The fields of NCRONTAB, which Azure Functions timers use. */
const FIELDS: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: WEEKDAYS },
];

/** Whether the text is a six-field NCRONTAB expression: a wrong one would keep the Functions host from starting. */
export function isSchedule(text: string): boolean {
  const fields = text.trim().split(/\s+/);
  return fields.length === FIELDS.length && FIELDS.every((field, index) => isField(fields[index] ?? '', field));
}

function isField(text: string, field: Field): boolean {
  return text.split(',').every((part) => isPart(part, field));
}

function isPart(text: string, field: Field): boolean {
  const [, range = '', step] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (step !== undefined && Number(step) === 0) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => toNumber(end, field));
  if (ends.length > 2 || ends.includes(undefined)) return false;
  const [from = -1, to = from] = ends;
  return from <= to && from >= field.min && to <= field.max;
}

function toNumber(text: string, { min, names = [] }: Field): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const index = names.indexOf(text.toLowerCase().slice(0, 3));
  return index === -1 ? undefined : index + min;
}
