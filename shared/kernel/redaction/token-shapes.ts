import { findEncodedEnd, findLoginEnd, isPlaceholderLogin } from './encoded-secret.ts';
import { countBase64, findKeyEnd } from './find-key-end.ts';
import { isMachineMade, isPlaceholder } from './is-placeholder.ts';
import { maskSpans, type Span } from './mask-spans.ts';

interface TokenShape {
  /** What the shape is, for readers of this table and of a refusal. */
  name: string;
  /** The group `keep`, when there is one, is text that stays readable before the mask. */
  pattern: RegExp;
  /** Prose and code have the shape, too: what people write counts where it also looks made by a machine. */
  isCommon?: true;
  /** Where the credential ends that begins behind a match; `undefined`: none begins there. */
  findEnd?: (text: string, start: number) => number | undefined;
  /** Whether it is an example for a reason of its own, besides being a placeholder. */
  isExample?: (value: string) => boolean;
  /** Whether it is probably real, in place of all other rules. */
  isReal?: (value: string) => boolean;
}

/** A part of a text that is a credential by its look. */
export interface TokenSpan extends Span {
  /** The shape's name in the table. */
  name: string;
}

/** Of base64: the smallest key, of Ed25519, has 64. */
const SHORTEST_KEY = 40;

/**
 * Texts that are credentials by their look alone: the one table that logs, the project map and the gate before a push
 * know. Prefixes as GitLab (docs.gitlab.com/security/tokens), GitHub, Atlassian, AWS, OpenAI, Slack, Stripe, npm,
 * Standard Webhooks and Azure Storage document them, and those that the rules of secretlint know, by which the gate
 * refuses a change. A digit or `_` may stand before a prefix that no other word ends with. Every repetition is bounded
 * or cannot backtrack: the text may be hostile.
 */
const SHAPES: readonly TokenShape[] = [
  {
    name: 'GitLab token',
    pattern:
      /(?<![A-Za-z])gl(?:pat|ptt|dt|rt|rtr|cbt|soat|ffct|oas|imt|agent|ft|wt)-[\w.=-]{6,}|\bGR1348941[\w-]{16,}/g,
  },
  { name: 'GitHub token', pattern: /(?<![A-Za-z])(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,})/g },
  { name: 'Atlassian token', pattern: /\bAT(?:ATT|STT|CTT|BB)\w[\w=.-]{12,}/g },
  { name: 'AWS access key id', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  {
    name: 'AWS secret access key',
    pattern:
      /(?<keep>(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)_?(?:KEY|key|Key)["']?\s{0,9}(?:=>|=|:)\s{0,9}["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g,
  },
  // Names such as `sk-storefront-backend` have words between the dashes; a key has letters and digits mixed in one run.
  {
    name: 'model provider key',
    pattern: /(?<![A-Za-z])sk-(?:[A-Za-z0-9]{1,12}-){0,3}(?=[A-Za-z_]{0,60}\d)(?=[\d_]{0,60}[A-Za-z])\w[\w-]{15,}/g,
    isCommon: true,
  },
  { name: 'Slack token', pattern: /\b(?:xox[abeoprs]-[\w-]{8,}|xapp-\d-[\w-]{16,})/g },
  {
    name: 'Slack webhook',
    pattern: /(?<keep>\bhooks\.slack\.com\/services\/)T[A-Za-z0-9]{1,40}\/B[A-Za-z0-9]{1,40}\/[A-Za-z0-9]{1,40}/g,
  },
  { name: 'Stripe key', pattern: /\b[rs]k_live_[A-Za-z0-9]{16,}/g },
  { name: 'npm token', pattern: /(?<![A-Za-z])npm_[A-Za-z0-9]{36}\b/g },
  { name: 'SendGrid key', pattern: /(?<![A-Za-z])SG\.[\w-]{20,24}\.[\w-]{39,50}/g },
  { name: 'Shopify token', pattern: /(?<![A-Za-z])shp(?:pa|ca|at|ss)_[A-Za-z0-9]{32,64}/g },
  { name: 'Linear key', pattern: /(?<![A-Za-z])lin_api_\w{32,128}/g },
  { name: 'Figma token', pattern: /(?<![A-Za-z])figd_[\w-]{40,200}/g },
  { name: 'Groq key', pattern: /(?<![A-Za-z])gsk_[A-Za-z0-9]{52}/g },
  { name: 'Hugging Face token', pattern: /(?<![A-Za-z])hf_[A-Za-z0-9]{34}/g },
  { name: 'Docker token', pattern: /(?<![A-Za-z])dckr_[po]at_[\w-]{27}/g },
  { name: 'Notion token', pattern: /(?<![A-Za-z])(?:ntn_\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43}\b)/g },
  {
    name: 'Grafana token',
    pattern: /(?<![A-Za-z])(?:glc_[A-Za-z0-9+/]{32,400}={0,2}|glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})/g,
  },
  { name: 'Vault token', pattern: /(?<![A-Za-z])hv[sbr]\.[\w-]{90,300}/g },
  { name: 'Vercel token', pattern: /(?<![A-Za-z])vc[piark]_[A-Za-z0-9]{20,60}\b/g },
  { name: 'Databricks token', pattern: /(?<![A-Za-z])dapi[A-Fa-f0-9]{32}(?:-\d)?/g },
  { name: '1Password token', pattern: /(?<![A-Za-z])ops_ey[A-Za-z0-9+/=]{100,1280}/g },
  { name: 'webhook signing key', pattern: /\bwhsec_[A-Za-z0-9+/=]{16,}/g },
  { name: 'Google key', pattern: /\bAIza[\w-]{35}(?![\w-])|\bGOCSPX-[\w-]{20,}/g },
  { name: 'PyPI token', pattern: /\bpypi-AgE[\w-]{40,}/g },
  { name: 'Azure client secret', pattern: /(?<![\w~])[\w~.-]{3}\dQ~[\w~.-]{31,40}/g },
  { name: 'JSON web token', pattern: /\beyJ[\w-]{8,1000}\.[\w-]{8,8000}\.[\w-]*/g },
  {
    name: 'storage or bus key',
    pattern: /(?<keep>\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=)[^;\s"'\\]+/g,
    isCommon: true,
  },
  { name: 'shared access signature', pattern: /(?<keep>\bsig=)[A-Za-z0-9%+/_=-]{20,}/g, isCommon: true },
  {
    name: 'authorization header',
    // RFC 9110, 11.1: in any case. Prose writes "basic" and "bearer": there a digit or a capital has to follow.
    pattern:
      /(?<keep>\b(?:(?:Basic|Bearer)[ \t]+|(?:[Bb][Aa][Ss][Ii][Cc]|[Bb][Ee][Aa][Rr][Ee][Rr])[ \t]+(?=[a-z.~/_+-]{0,60}[A-Z0-9])))[\w.~+/-]{16,}=*/g,
    isCommon: true,
    isExample: isPlaceholderLogin,
  },
  {
    name: 'registry login',
    pattern: /(?<keep>"auth"\s{0,9}:\s{0,9}")(?=[A-Za-z0-9+/]{6,8000}={0,2}")/g,
    findEnd: findLoginEnd,
    isExample: isPlaceholderLogin,
  },
  {
    name: 'private key or login in base64',
    // `-----BEGIN`, and `{"auths"` with and without white space.
    pattern:
      /(?<![A-Za-z0-9+/])(?:LS0tLS1CRUdJTi|eyJhdXRocyI6|ewoJImF1dGhzIjog|ewogICJhdXRocyI6|ewogICAgImF1dGhzIjog)/g,
    findEnd: findEncodedEnd,
    isReal: () => true,
  },
  {
    name: 'password in a URL',
    // `docker://alpine:3.19@sha256:...` names an image by its tag and digest; behind a port may stand a query or a
    // list.
    pattern:
      /(?<keep>\b[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/[^\s/:@"'?#,&]{0,200}:)(?!\d{1,5}[?#,;&|])[^\s/@"']{1,400}(?=@(?!\u200b?sha(?:256|512):))/g,
  },
  {
    name: 'private key',
    // The header alone is what code and prose about keys name.
    pattern: /(?<keep>-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}|\bPrivate-Lines: \d{1,4})/g,
    findEnd: findKeyEnd,
    isReal: (value) => countBase64(value) >= SHORTEST_KEY && isMachineMade(value),
  },
];

/** Of a long text every shape is looked for at once. */
const SHORT = 1000;
/**
 * All shapes in one: most short texts have none, and a map has tens of thousands of them. Without the names of groups:
 * before Node 23 a name may stand only once in an expression.
 */
const ANY_SHAPE = new RegExp(SHAPES.map(({ pattern }) => pattern.source.replaceAll('(?<keep>', '(?:')).join('|'));

/**
 * Every part of `text` that looks like a credential, by shape; parts may overlap. What is kept readable is not in the
 * span.
 */
export function listTokenShapes(text: string): TokenSpan[] {
  return listSpans(text).map(({ shape: { name }, start, end }) => ({ name, start, end }));
}

function listSpans(text: string): (Span & { shape: TokenShape })[] {
  if (text.length <= SHORT && !ANY_SHAPE.test(text)) return [];
  return SHAPES.flatMap((shape) =>
    [...text.matchAll(shape.pattern)].flatMap((match) => {
      const start = match.index + (match.groups?.['keep']?.length ?? 0);
      const end = shape.findEnd ? shape.findEnd(text, start) : match.index + match[0].length;
      return end === undefined ? [] : [{ shape, start, end }];
    }),
  );
}

/** Replaces every text that looks like a credential by `mask`; text without one is returned as it is. */
export function maskTokenShapes(text: string, mask: string): string {
  return maskSpans(text, listTokenShapes(text), mask);
}

/**
 * The parts that are probably real: placeholders, variables, words, examples of the documentation, and passwords for a
 * database on the same machine are left out. For what people write on purpose (a map, a change); what leaves the
 * process is masked either way.
 */
export function findTokens(text: string): TokenSpan[] {
  return listSpans(text)
    .filter((span) => isReal(text, span))
    .map(({ shape: { name }, start, end }) => ({ name, start, end }));
}

function isReal(text: string, { shape, start, end }: Span & { shape: TokenShape }): boolean {
  const value = text.slice(start, end);
  if (shape.isReal) return shape.isReal(value);
  if (isPlaceholder(text, start, end) || shape.isExample?.(value)) return false;
  return !shape.isCommon || isMachineMade(value);
}
