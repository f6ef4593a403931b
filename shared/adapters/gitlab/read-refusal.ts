/** The reason in the body of a refusal (`message` or `error`); empty where the status says everything. */
export function readRefusal(body: unknown, status: number): string {
  if (status === 401 || status === 403 || status === 404 || status === 429 || status >= 500) return '';
  if (typeof body !== 'object' || body === null) return '';
  const { message, error } = body as { message?: unknown; error?: unknown };
  const reason = message ?? error ?? '';
  return typeof reason === 'string' ? reason : JSON.stringify(reason);
}
