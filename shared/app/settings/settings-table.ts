import * as z from 'zod/mini';

import { escapePipes } from '../../kernel/text/escape-pipes.ts';
import { getSettingFacts } from './setting.ts';

export interface SettingRow {
  name: string;
  /** `yes`, `no`, or when it is needed. */
  required: string;
  /** Empty when there is none. */
  default: string;
  description: string;
}

/** The settings of a process in the order of its schema. */
export function describeSettings(schema: z.core.$ZodObject): SettingRow[] {
  return Object.entries(schema._zod.def.shape).map(([name, field]) => {
    const { description, requiredWhen, default: fallback = '' } = getSettingFacts(field);
    const isOptional = z.safeParse(field, undefined).success;
    return { name, required: isOptional ? (requiredWhen ?? 'no') : 'yes', default: fallback, description };
  });
}

/** The same as a Markdown table. */
export function formatSettingsTable(schema: z.core.$ZodObject): string {
  const rows = describeSettings(schema).map(({ name, required, default: fallback, description }) => {
    return `| ${[code(name), required, fallback ? code(fallback) : '', description].map(escapePipes).join(' | ')} |`;
  });
  return ['| Setting | Required | Default | What it is for |', '|---|---|---|---|', ...rows].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
