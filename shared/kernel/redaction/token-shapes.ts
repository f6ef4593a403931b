interface TokenShape {
  /** What the shape is, for readers of this table. */
  name: string;
  /** The group `keep`, when there is one, is text that stays readable before the mask. */
  pattern: string;
}

/**
 * Texts that are credentials by their look alone, whoever issued them: the second net below the secrets we know.
 * Prefixes as GitLab, GitHub, Atlassian, AWS, OpenAI, Standard Webhooks and Azure Storage document them.
 */
const SHAPES: readonly TokenShape[] = [
  { name: 'GitLab token', pattern: String.raw`\bgl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|wt|ffct)-[\w.-]{16,}` },
  { name: 'GitHub token', pattern: String.raw`\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{22,}` },
  { name: 'Atlassian token', pattern: String.raw`\bAT(?:ATT|STT|CTT)3[\w=.-]{20,}` },
  { name: 'AWS access key id', pattern: String.raw`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b` },
  { name: 'model provider key', pattern: String.raw`\bsk-[\w-]{20,}` },
  { name: 'webhook signing key', pattern: String.raw`\bwhsec_[A-Za-z0-9+/=]{16,}` },
  { name: 'JSON web token', pattern: String.raw`\beyJ[\w-]{8,4000}\.[\w-]{8,8000}\.[\w-]*` },
  { name: 'storage or bus key', pattern: String.raw`(?<keepKey>\b(?:Account|SharedAccess)Key=)[^;\s"'\\]+` },
  { name: 'shared access signature', pattern: String.raw`(?<keepSignature>\bsig=)[A-Za-z0-9%+/_=-]{20,}` },
  { name: 'authorization header', pattern: String.raw`(?<keepScheme>\b(?:Basic|Bearer) +)[\w.~+/-]{16,}=*` },
  {
    name: 'password in a URL',
    pattern: String.raw`(?<keepUser>\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"']{0,200}:)[^\s/@"']{1,400}(?=@)`,
  },
  {
    name: 'private key',
    pattern: '(?<keepBegin>-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)(?:[^-]|-(?!----))+',
  },
];

const ANY_SHAPE = new RegExp(SHAPES.map(({ pattern }) => pattern).join('|'), 'g');

/** Replaces every text that looks like a credential by `mask`; text without one is returned as it is. */
export function maskTokenShapes(text: string, mask: string): string {
  return text.replace(ANY_SHAPE, (...match) => {
    const groups: Record<string, string | undefined> = match.at(-1);
    return `${Object.values(groups).find((kept) => kept !== undefined) ?? ''}${mask}`;
  });
}
