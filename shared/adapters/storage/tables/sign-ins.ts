import * as z from 'zod';
import type { SignIns } from '../../../domain/ports/sign-ins.ts';
import { lazily } from '../../../kernel/lazily.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

const SignIn = lazily(() =>
  z.object({
    sealed: z.string().optional(),
    refreshingUntil: z.number().optional(),
    refresher: z.string().optional(),
    refusedAt: z.number().optional(),
  }),
);

export function createSignIns(rows: Rows): SignIns {
  const values = createJsonRows(rows, 'sign-ins', SignIn);
  return { find: (name) => values.find(name), putIf: (...parts) => values.putIf(...parts) };
}
