import { Token } from '@lumino/coreutils';

import type {
  ApplyRequest,
  ApplyResponse,
  CandidatesRequest,
  CandidatesResponse,
  ChangeRunRequest,
  CheckEditsRequest,
  CheckRequest,
  CheckResponse,
  ExtractAllRequest,
  ExtractAllResponse,
  ExtractRequest,
  ExtractResponse,
  MapRequest,
  MapResponse,
  OutputsResponse,
  ReproduceRequest,
  RunResponse,
  RunStarted,
  RunsResponse,
  TargetsRequest,
  TargetsResponse,
  UnitTestsResponse,
  VerifyResponse,
  VersionResponse,
  WarmRequest
} from './messages';
import { isLasting, request, RequestFailed, requestText } from './request';
import type { IConnection } from './request';

/**
 * The server's routes as typed calls. Each rejects with `RequestFailed` only; none is sent to a
 * server of another version.
 */
export interface IRefactorClient {
  /** Settles where the server answers, and has the version of this page. */
  greet(): Promise<void>;
  check(body: CheckRequest): Promise<CheckResponse>;
  /** Checks what was checked before, with some of its cells edited. */
  checkEdits(body: CheckEditsRequest): Promise<CheckResponse>;
  targets(body: TargetsRequest): Promise<TargetsResponse>;
  candidates(body: CandidatesRequest): Promise<CandidatesResponse>;
  map(body: MapRequest): Promise<MapResponse>;
  extract(body: ExtractRequest): Promise<ExtractResponse>;
  extractAll(body: ExtractAllRequest): Promise<ExtractAllResponse>;
  apply(body: ApplyRequest): Promise<ApplyResponse>;
  verify(body: ChangeRunRequest): Promise<RunStarted>;
  /** How a verification stands. */
  verification(runId: string): Promise<VerifyResponse>;
  /** Ends a verification and its kernels. */
  cancelVerification(runId: string): Promise<VerifyResponse>;
  /** Begins to make unit tests of what a change extracts. */
  unitTests(body: ChangeRunRequest): Promise<RunStarted>;
  /** How a run for unit tests stands. */
  unitTestRun(runId: string): Promise<UnitTestsResponse>;
  /** Ends a run for unit tests and its kernel. */
  cancelUnitTests(runId: string): Promise<UnitTestsResponse>;
  reproduce(body: ReproduceRequest): Promise<RunStarted>;
  /** How a fresh run stands. */
  run(runId: string): Promise<RunResponse>;
  /** The fresh runs of a notebook that wait or go on. */
  underWay(path: string): Promise<RunsResponse>;
  /** Starts a kernel for the next fresh run, if none is ready. */
  warm(body: WarmRequest): Promise<unknown>;
  /** Ends the kernel that is kept for the next fresh run. */
  cool(): Promise<unknown>;
  /** Ends a fresh run and its kernel. */
  cancel(runId: string): Promise<RunResponse>;
  /** What the cells of a fresh run gave. */
  outputs(runId: string): Promise<OutputsResponse>;
  /** The report of a fresh run as the text of a file: a page, JSON, or JUnit XML. */
  report(runId: string, form: ReportForm): Promise<string>;
  /** What a fresh run depended on, as the text of a file. */
  record(runId: string, name: RecordName): Promise<string>;
}

export type RecordName = 'record.json' | 'requirements.txt';

export type ReportForm = 'html' | 'json' | 'xml';

export const IRefactorClient = new Token<IRefactorClient>(
  'nb-refactor:IRefactorClient',
  'The server part of nb_refactor.'
);

/** The client over one connection, for a page of this version. */
export function createClient(
  connection: IConnection,
  version: string
): IRefactorClient {
  let greeted: Promise<void> | null = null;
  const greet = () => {
    greeted ??= meet(connection, version).catch((error: unknown) => {
      greeted = null;
      throw error;
    });
    return greeted;
  };
  /** Sends what a server of our version understands. A server that went away is met anew. */
  const send = async <T>(
    ask: typeof request<T>,
    route: string,
    init: RequestInit
  ): Promise<T> => {
    await greet();
    try {
      return await ask(route, init, connection);
    } catch (error) {
      if (
        error instanceof RequestFailed &&
        (error.reason === 'unreachable' || isLasting(error.reason))
      ) {
        greeted = null;
      }
      throw error;
    }
  };
  const get = <T>(route: string) => send<T>(request, route, { method: 'GET' });
  const post = <T>(route: string, body: unknown) =>
    send<T>(request, route, { method: 'POST', body: JSON.stringify(body) });
  const drop = <T>(route: string) =>
    send<T>(request, route, { method: 'DELETE' });
  const text = (route: string, init: RequestInit = { method: 'GET' }) =>
    send(requestText, route, init);
  const verifyRoute = (runId: string) => `verify/${encodeURIComponent(runId)}`;
  const unitTestRoute = (runId: string) =>
    `unit-tests/${encodeURIComponent(runId)}`;
  const runRoute = (runId: string) => `reproduce/${encodeURIComponent(runId)}`;
  return {
    greet,
    check: body => post('check', body),
    checkEdits: body => post('check-edits', body),
    targets: body => post('targets', body),
    candidates: body => post('candidates', body),
    map: body => post('map', body),
    extract: body => post('extract', body),
    extractAll: body => post('extract-all', body),
    apply: body => post('apply', body),
    verify: body => post('verify', body),
    verification: runId => get(verifyRoute(runId)),
    cancelVerification: runId => drop(verifyRoute(runId)),
    unitTests: body => post('unit-tests', body),
    unitTestRun: runId => get(unitTestRoute(runId)),
    cancelUnitTests: runId => drop(unitTestRoute(runId)),
    reproduce: body => post('reproduce', body),
    run: runId => get(runRoute(runId)),
    cancel: runId => drop(runRoute(runId)),
    outputs: runId => get(`${runRoute(runId)}/outputs`),
    underWay: path => get(`reproduce?path=${encodeURIComponent(path)}`),
    warm: body => text('warm', { method: 'POST', body: JSON.stringify(body) }),
    cool: () => text('warm', { method: 'DELETE' }),
    record: (runId, name) => text(`${runRoute(runId)}/${name}`),
    report: (runId, form) => text(`${runRoute(runId)}/report.${form}`)
  };
}

/** Asks the server for its version; rejects where it is another one. */
async function meet(connection: IConnection, version: string): Promise<void> {
  const answer = await request<VersionResponse>(
    'version',
    { method: 'GET' },
    connection
  );
  if (answer.version !== version) {
    throw new RequestFailed(
      'version_mismatch',
      connection.trans.__(
        'The server runs nb_refactor %1, this page %2. Restart the Jupyter server and reload the page.',
        answer.version,
        version
      )
    );
  }
}
