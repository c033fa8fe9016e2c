import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { ErrorResponse } from './messages';
import { NAMESPACE } from './tokens';

/** Why the server gave no answer; decides which sentence a panel shows. */
export type FailureReason =
  'unreachable' | 'server_missing' | 'rejected' | 'failed';

/** A request that got no answer of its kind. `message` is a sentence for a person. */
export class RequestFailed extends Error {
  constructor(
    readonly reason: FailureReason,
    message: string,
    /** The status of the answer; 0 where there was none. */
    readonly status = 0
  ) {
    super(message);
    this.name = 'RequestFailed';
  }
}

/**
 * Sends one request to `nb-refactor/ROUTE` and answers the decoded body.
 *
 * Rejects with `RequestFailed` only.
 */
export async function request<T>(
  route: string,
  init: RequestInit,
  settings: ServerConnection.ISettings
): Promise<T> {
  return decode<T>(await requestText(route, init, settings));
}

/**
 * Sends one request to `nb-refactor/ROUTE` and answers the body as it is.
 *
 * Rejects with `RequestFailed` only.
 */
export async function requestText(
  route: string,
  init: RequestInit,
  settings: ServerConnection.ISettings
): Promise<string> {
  const url = URLExt.join(settings.baseUrl, NAMESPACE, route);
  let response: Response;
  let text: string;
  try {
    response = await ServerConnection.makeRequest(
      url,
      { cache: 'no-store', ...init },
      settings
    );
    text = await response.text();
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    throw new RequestFailed(
      'unreachable',
      'The Jupyter server does not answer.'
    );
  }
  if (!response.ok) {
    throw failure(response.status, text);
  }
  return text;
}

/** The failure that a status outside 2xx stands for. */
export function failure(status: number, text: string): RequestFailed {
  const message = errorMessage(text);
  if (message) {
    return new RequestFailed(
      status < 500 ? 'rejected' : 'failed',
      message,
      status
    );
  }
  if (status === 404) {
    return new RequestFailed(
      'server_missing',
      'The server part of nb_refactor is not enabled on this Jupyter server.'
    );
  }
  if (status === 401 || status === 403) {
    return new RequestFailed(
      'rejected',
      'The Jupyter server refused the request: log in again.',
      status
    );
  }
  return new RequestFailed(
    'failed',
    `The Jupyter server failed to answer (status ${status}).`
  );
}

/** The server's own sentence, or '' where the body is not one of our error responses. */
function errorMessage(text: string): string {
  try {
    const body = JSON.parse(text) as Partial<ErrorResponse> | null;
    // Jupyter's own error pages are JSON too and carry `reason`; ours never do.
    const ours = body && typeof body === 'object' && !('reason' in body);
    return ours && typeof body.message === 'string' ? body.message : '';
  } catch {
    return '';
  }
}

function decode<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new RequestFailed(
      'failed',
      'The answer of the Jupyter server could not be read.'
    );
  }
}

/** Whether the error says that the caller itself gave the request up. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
