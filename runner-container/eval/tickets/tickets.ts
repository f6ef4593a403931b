import { C } from './c.ts';
import { JAVASCRIPT } from './javascript.ts';
import { PERL } from './perl.ts';
import { PYTHON } from './python.ts';
import type { EvalTicket } from './ticket.ts';

/** The set: five tickets in each of four languages. */
export const TICKETS: readonly EvalTicket[] = [...JAVASCRIPT, ...PYTHON, ...PERL, ...C];
