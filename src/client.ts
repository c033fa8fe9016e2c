import type { ServerConnection } from '@jupyterlab/services';

import type {
  ApplyRequest,
  ApplyResponse,
  CandidatesRequest,
  CandidatesResponse,
  CheckRequest,
  CheckResponse,
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
  VerifyRequest,
  VerifyResponse,
  VersionResponse,
  WarmRequest
} from './messages';
import { request, requestText } from './request';

/** The server's routes as typed calls. Each rejects with `RequestFailed` only. */
export interface IRefactorClient {
  version(): Promise<VersionResponse>;
  check(body: CheckRequest): Promise<CheckResponse>;
  targets(body: TargetsRequest): Promise<TargetsResponse>;
  candidates(body: CandidatesRequest): Promise<CandidatesResponse>;
  map(body: MapRequest): Promise<MapResponse>;
  extract(body: ExtractRequest): Promise<ExtractResponse>;
  apply(body: ApplyRequest): Promise<ApplyResponse>;
  verify(body: VerifyRequest): Promise<RunStarted>;
  /** How a verification stands. */
  verification(runId: string): Promise<VerifyResponse>;
  /** Ends a verification and its kernels. */
  cancelVerification(runId: string): Promise<VerifyResponse>;
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

/** The client over one server connection. */
export function createClient(
  settings: ServerConnection.ISettings
): IRefactorClient {
  const get = <T>(route: string) =>
    request<T>(route, { method: 'GET' }, settings);
  const post = <T>(route: string, body: unknown) =>
    request<T>(route, { method: 'POST', body: JSON.stringify(body) }, settings);
  const verifyRoute = (runId: string) => `verify/${encodeURIComponent(runId)}`;
  const runRoute = (runId: string) => `reproduce/${encodeURIComponent(runId)}`;
  return {
    version: () => get('version'),
    check: body => post('check', body),
    targets: body => post('targets', body),
    candidates: body => post('candidates', body),
    map: body => post('map', body),
    extract: body => post('extract', body),
    apply: body => post('apply', body),
    verify: body => post('verify', body),
    verification: runId => get(verifyRoute(runId)),
    cancelVerification: runId =>
      request(verifyRoute(runId), { method: 'DELETE' }, settings),
    reproduce: body => post('reproduce', body),
    run: runId => get(runRoute(runId)),
    cancel: runId => request(runRoute(runId), { method: 'DELETE' }, settings),
    outputs: runId => get(`${runRoute(runId)}/outputs`),
    underWay: path => get(`reproduce?path=${encodeURIComponent(path)}`),
    warm: body =>
      requestText(
        'warm',
        { method: 'POST', body: JSON.stringify(body) },
        settings
      ),
    cool: () => requestText('warm', { method: 'DELETE' }, settings),
    record: (runId, name) =>
      requestText(`${runRoute(runId)}/${name}`, { method: 'GET' }, settings),
    report: (runId, form) =>
      requestText(
        `${runRoute(runId)}/report.${form}`,
        { method: 'GET' },
        settings
      )
  };
}
