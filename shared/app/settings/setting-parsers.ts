import * as z from 'zod/mini';

import { lazily } from '../../kernel/lazily.ts';
import { Secret } from '../../kernel/secret.ts';
import { isSchedule } from './schedule.ts';

/**
 * Schemas from the text of an environment variable to what it means. Their messages never repeat the text. Each is
 * built when it first reads one: a process has some sixty settings, and most of them are absent.
 */

export const plainText = z.string();

/** A value that is never shown: no spaces inside, as none of our secrets has any, and long enough to be masked. */
export function secretText(minLength = 8) {
  return z.lazy(() =>
    z.pipe(
      z.string().check(
        z.refine((value) => /^[\x21-\x7e]+$/.test(value), 'must not contain spaces or characters outside ASCII'),
        z.refine((value) => value.length >= minLength, `must have at least ${minLength} characters`),
      ),
      z.transform((value) => new Secret(value)),
    ),
  );
}

/** An https URL (http only for this machine) without credentials, query or fragment; a trailing slash is dropped. */
export const serviceUrl = z.lazy(
  lazily(() =>
    z.pipe(
      z.string(),
      z.transform((text, context) => {
        const problem = findUrlProblem(text);
        if (problem) {
          context.issues.push({ code: 'custom', message: problem, input: text });
          return z.NEVER;
        }
        return new URL(text).href.replace(/\/+$/, '');
      }),
    ),
  ),
);

function findUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as https://gitlab.example.com';
  const url = new URL(text);
  if (url.username || url.password) return 'must not contain a user name or password';
  if (url.search || url.hash) return 'must not contain a query or fragment';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return undefined;
  return 'must begin with https:// (http:// is accepted for this machine only)';
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}

export function wholeNumber({ min, max }: { min: number; max: number }) {
  return z.lazy(() =>
    z.pipe(
      z
        .string()
        .check(
          z.refine(
            (value) => /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max,
            `must be a whole number from ${min} to ${max}`,
          ),
        ),
      z.transform(Number),
    ),
  );
}

/** `on` or `off`; `true`, `false`, `1` and `0` mean the same. */
export const onOff = z.lazy(
  lazily(() =>
    z.pipe(
      z.string().check(z.refine((text) => /^(?:on|off|true|false|1|0)$/i.test(text), 'must be on or off')),
      z.transform((text) => /^(?:on|true|1)$/i.test(text)),
    ),
  ),
);

export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.lazy(() =>
    z.pipe(
      z.string(),
      z.transform((text, context): Words[number] => {
        const word = words.find((candidate) => candidate === text.toLowerCase());
        if (word !== undefined) return word;
        context.issues.push({ code: 'custom', message: `must be one of ${words.join(', ')}`, input: text });
        return z.NEVER;
      }),
    ),
  );
}

/** A timer schedule of Azure Functions: six fields, seconds first. */
export const schedule = z.lazy(
  lazily(() => z.string().check(z.refine(isSchedule, 'must have six fields: second minute hour day month weekday'))),
);

export function matching(pattern: RegExp, message: string) {
  return z.lazy(() => z.string().check(z.refine((text) => pattern.test(text), message)));
}

/** An amount of money above nothing, at most a billion. */
export const amount = z.lazy(
  lazily(() =>
    z.pipe(
      z.string().check(
        z.refine((text) => /^\d{1,10}(?:\.\d{1,6})?$/.test(text), 'must be an amount such as 99.50'),
        z.refine((text) => Number(text) > 0 && Number(text) <= 1_000_000_000, 'must be above 0 and at most 1000000000'),
      ),
      z.transform(Number),
    ),
  ),
);

/** `gpt-5=1.25/10, gpt-5-mini=0.25/2`: what a million tokens cost, in and out, by model. */
export const modelPrices = z.lazy(
  lazily(() =>
    z.pipe(
      z.string(),
      z.transform((text, context) => {
        const prices = new Map<string, { input: number; output: number }>();
        for (const part of text.split(',').map((each) => each.trim())) {
          const [, model = '', input, output] =
            /^([\w./:@-]{1,200})=(\d{1,6}(?:\.\d{1,6})?)\/(\d{1,6}(?:\.\d{1,6})?)$/.exec(part) ?? [];
          const problem =
            model === ''
              ? 'must be MODEL=IN/OUT, such as gpt-5=1.25/10'
              : prices.has(model)
                ? 'names a model twice'
                : undefined;
          if (problem) {
            context.issues.push({ code: 'custom', message: problem, input: text });
            return z.NEVER;
          }
          prices.set(model, { input: Number(input), output: Number(output) });
        }
        return prices;
      }),
    ),
  ),
);
