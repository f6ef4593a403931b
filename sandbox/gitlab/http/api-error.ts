/** An answer GitLab gives instead of doing something. `body` is its JSON. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly body: object;

  constructor(status: number, body: object) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

export function notFound(what = ''): ApiError {
  return new ApiError(404, { message: `404 ${what === '' ? '' : `${what} `}Not Found` });
}

export function badRequest(reason: string): ApiError {
  return new ApiError(400, { message: `400 Bad request - ${reason}` });
}

/** A parameter that is missing or has the wrong type. */
export function invalidParameter(reason: string): ApiError {
  return new ApiError(400, { error: reason });
}

export function forbidden(): ApiError {
  return new ApiError(403, { message: '403 Forbidden' });
}

export function unauthorized(): ApiError {
  return new ApiError(401, { message: '401 Unauthorized' });
}
