import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ErrorResponse } from './messages';
import { NAMESPACE } from './tokens';

/** Why the server gave no answer. */
export type FailureReason =
  'unreachable' | 'server_missing' | 'version_mismatch' | 'rejected' | 'failed';

/** Why there is no answer, and the sentence that says so to a person. */
export interface IFailure {
  reason: FailureReason;
  message: string;
}

/** The server that is asked, and the words in which it is told that it failed to answer. */
export interface IConnection {
  settings: ServerConnection.ISettings;
  trans: TranslationBundle;
  /** The language of the screen, in which the server is to answer (`ru-RU`). */
  language: string;
}

/** A request that got no answer of its kind. `message` is a sentence for a person. */
export class RequestFailed extends Error implements IFailure {
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
  connection: IConnection
): Promise<T> {
  return decode<T>(
    await requestText(route, init, connection),
    connection.trans
  );
}

/**
 * Sends one request to `nb-refactor/ROUTE` and answers the body as it is.
 *
 * Rejects with `RequestFailed` only.
 */
export async function requestText(
  route: string,
  init: RequestInit,
  { settings, trans, language }: IConnection
): Promise<string> {
  const url = URLExt.join(settings.baseUrl, NAMESPACE, route);
  let response: Response;
  let text: string;
  try {
    response = await ServerConnection.makeRequest(
      url,
      {
        cache: 'no-store',
        headers: { 'Accept-Language': language },
        ...init
      },
      settings
    );
    text = await response.text();
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    throw new RequestFailed(
      'unreachable',
      trans.__('The Jupyter server does not answer.')
    );
  }
  if (!response.ok) {
    throw failure(response.status, text, trans);
  }
  return text;
}

/** The failure that a status outside 2xx stands for. */
export function failure(
  status: number,
  text: string,
  trans: TranslationBundle
): RequestFailed {
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
      trans.__(
        'The server part of nb_refactor does not answer. Enable it with “jupyter server extension enable nb_refactor”, restart the Jupyter server, then ask again.'
      )
    );
  }
  if (status === 401 || status === 403) {
    return new RequestFailed(
      'rejected',
      trans.__('The Jupyter server refused the request: log in again.'),
      status
    );
  }
  return new RequestFailed(
    'failed',
    trans.__('The Jupyter server failed to answer (status %1).', status)
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

function decode<T>(text: string, trans: TranslationBundle): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new RequestFailed(
      'failed',
      trans.__('The answer of the Jupyter server could not be read.')
    );
  }
}

/** Whether the error says that the caller itself gave the request up. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** What an error tells a person. */
export function failureOf(error: unknown): IFailure {
  return error instanceof RequestFailed
    ? { reason: error.reason, message: error.message }
    : {
        reason: 'failed',
        message: error instanceof Error ? error.message : String(error)
      };
}

/** Whether asking at each change is in vain: somebody has to do something on the server first. */
export function isLasting(reason: FailureReason): boolean {
  return reason === 'server_missing' || reason === 'version_mismatch';
}
