/**
 * The reason in the body of a refusal (`message` or `error`, and the code beside it); empty where the status says
 * everything.
 */
export function readRefusal(body: unknown, status: number): string {
  if (status === 401 || status === 403 || status === 404 || status === 429 || status >= 500) return '';
  if (typeof body !== 'object' || body === null) return '';
  const { message, error, error_code: code } = body as Record<'message' | 'error' | 'error_code', unknown>;
  const given = message ?? error ?? '';
  const reason = typeof given === 'string' ? given : JSON.stringify(given);
  return typeof code === 'string' ? `${reason} (${code})`.trim() : reason;
}
