import { readFile } from 'node:fs/promises';

import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { validateInput, validateOutput } from '@stoplight/prism-http/dist/validator/index.js';
import Ajv from 'ajv';

type Operation = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>[number];

interface CheckedRequest {
  method: string;
  /** Absolute, or only the path and query. Path parameters stay encoded. */
  url: string;
  headers?: Record<string, string>;
  /** Parsed JSON; absent means none was sent. */
  body?: unknown;
}

interface CheckedAnswer extends CheckedRequest {
  status: number;
}

export interface SpecChecker {
  /** Everything the specification says against this request; empty when it is fine. */
  checkRequest(request: CheckedRequest): string[];
  /**
   * Everything the specification says against this answer to the request; `headers` and `body` belong to the answer.
   */
  checkAnswer(answer: CheckedAnswer): string[];
  /** Everything a named schema says against a part of an answer for which the answer itself names none. */
  checkSchema(name: string, value: unknown): string[];
}

/**
 * Judges requests and answers by an OpenAPI file in JSON. Prism does the work; what it lets pass is added here: query
 * undefined parameters, a body without a length, and schemas that do not compile, which Prism takes for "anything
 * goes".
 */
export async function createSpecChecker(specPath: string): Promise<SpecChecker> {
  const text = await readFile(specPath, 'utf8');
  const parse = (): object => {
    const spec: object = JSON.parse(text);
    dropIdleNullable(spec);
    return spec;
  };
  const spec = parse();
  const operations = await getHttpOperationsFromSpec(spec);
  const uncheckable = new Map<Operation, string[]>();

  function checkRequest({ method, url, headers = {}, body }: CheckedRequest): string[] {
    const { pathname, searchParams } = new URL(url, 'http://spec');
    const operation = findOperation(operations, method, pathname);
    if (!operation) return [`${method} ${pathname}: not in the specification`];
    const element = {
      method: operation.method as 'get',
      url: { path: pathname, query: toQuery(searchParams) },
      headers: { ...lowerCase(headers), ...lengthOf(body) },
      body,
    };
    const result = validateInput({ resource: operation, element });
    const problems = [
      ...problemsOf(result),
      ...findUnknownQuery(operation, searchParams),
      ...(body === undefined ? [] : compileProblems(operation)),
    ];
    return problems.map((problem) => `${method} ${pathname}: ${problem}`);
  }

  function checkAnswer({ method, url, status, headers = {}, body }: CheckedAnswer): string[] {
    const { pathname } = new URL(url, 'http://spec');
    const operation = findOperation(operations, method, pathname);
    if (!operation) return [`${method} ${pathname}: not in the specification`];
    const result = validateOutput({
      resource: operation,
      element: { statusCode: status, headers: lowerCase(headers), body },
    });
    // An answer without a body has no media type, also where the file promises content.
    const problems = problemsOf(result).filter(
      (problem) => body !== undefined || !problem.startsWith('The received media type ""'),
    );
    return problems.map((problem) => `${method} ${pathname} answered ${status}: ${problem}`);
  }

  function compileProblems(operation: Operation): string[] {
    const known = uncheckable.get(operation) ?? findCompileProblems(operation);
    uncheckable.set(operation, known);
    return known;
  }

  function checkSchema(name: string, value: unknown): string[] {
    const ajv = new Ajv.default({ strict: false, validateFormats: false, logger: false, allErrors: true });
    // Prism puts rings into what it is given.
    const validate = ajv.addSchema(parse(), 'spec').compile({ $ref: `spec#/components/schemas/${name}` });
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath} ${message}`);
  }

  return { checkRequest, checkAnswer, checkSchema };
}

/** The operation whose path fits with the fewest parameters. */
function findOperation(operations: Operation[], method: string, pathname: string): Operation | undefined {
  const segments = pathname.split('/');
  const isParameter = (part: string) => part.includes('{');
  return operations
    .filter((operation) => operation.method.toLowerCase() === method.toLowerCase())
    .filter(({ path }) => {
      const parts = path.split('/');
      return parts.length === segments.length && parts.every((part, at) => isParameter(part) || part === segments[at]);
    })
    .sort((a, b) => a.path.split('/').filter(isParameter).length - b.path.split('/').filter(isParameter).length)[0];
}

function findUnknownQuery(operation: Operation, searchParams: URLSearchParams): string[] {
  const known = new Set((operation.request?.query ?? []).map(({ name }) => name.replace(/\[.*$/, '')));
  return [...new Set(searchParams.keys())]
    .filter((name) => !known.has(name.replace(/\[.*$/, '')))
    .map((name) => `query parameter "${name}" is not defined`);
}

/**
 * `nullable` means something only beside `type` (OpenAPI 3.0.3); elsewhere the schema compiler refuses it, and
 * everything around would go unchecked.
 */
function dropIdleNullable(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if ('nullable' in value && typeof value.nullable === 'boolean' && !('type' in value)) delete value.nullable;
  for (const child of Object.values(value)) dropIdleNullable(child);
}

function findCompileProblems(operation: Operation): string[] {
  const body = operation.request?.body;
  const contents = body && 'contents' in body ? (body.contents ?? []) : [];
  return contents.flatMap(({ schema, mediaType }) => {
    try {
      // Each with its own instance: bundled schemas of two operations may carry the same ids.
      const ajv = new Ajv.default({ strict: false, validateFormats: false, logger: false });
      const bundled = (operation as { __bundled__?: unknown }).__bundled__;
      ajv.compile({ ...(schema as Record<string, unknown>), __bundled__: bundled });
      return [];
    } catch (error) {
      return [`the schema of its ${mediaType} body does not compile, so nothing is checked: ${String(error)}`];
    }
  });
}

function toQuery(searchParams: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const values = searchParams.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

/** Prism looks at the media type only of a body with a length. */
function lengthOf(body: unknown): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(JSON.stringify(body))) };
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Prism answers with an Either: its left side holds what is wrong. */
function problemsOf(result: ReturnType<typeof validateInput> | ReturnType<typeof validateOutput>): string[] {
  return result._tag === 'Left' ? result.left.map(({ message }) => message) : [];
}
