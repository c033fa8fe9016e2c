import type { IFinishedRun } from '../freshruns';
import type { Cell, CellReport } from '../messages';

/** What a fresh run says of the cells that looked as if they depended on hidden state. */
export interface ISettled {
  /** It gave what they show. */
  cleared: ReadonlySet<string>;
  /** It gave something else, or stopped in them. */
  confirmed: ReadonlySet<string>;
}

export const NOTHING_SETTLED: ISettled = {
  cleared: new Set(),
  confirmed: new Set()
};

/**
 * The reports in the light of the last fresh run. A cell that gave what it shows counts as fresh,
 * and its findings as notes: they are about this kernel, no longer about the outputs. A cell that
 * shows nothing is cleared where the whole notebook was reproduced.
 *
 * The run holds for a cell as long as it and all above are as they were when the run began, and it
 * has not been run again since.
 */
export function settle(
  reports: readonly CellReport[],
  document: readonly Pick<
    Cell,
    'cell_id' | 'source' | 'kind' | 'execution_count'
  >[],
  run: IFinishedRun | null
): { cells: CellReport[]; settled: ISettled } {
  if (!run) {
    return { cells: [...reports], settled: NOTHING_SETTLED };
  }
  const cleared = new Set<string>();
  const confirmed = new Set<string>();
  const outcomes = new Map(run.report.cells.map(each => [each.cell_id, each]));
  const holding = holds(document, run);
  const cells = reports.map(report => {
    const outcome = outcomes.get(report.cell_id);
    const suspected = report.state === 'hidden' || report.state === 'affected';
    if (!suspected || !outcome || !holding.has(report.cell_id)) {
      return report;
    }
    if (outcome.status === 'different' || outcome.status === 'error') {
      confirmed.add(report.cell_id);
      return report;
    }
    const gave = outcome.status === 'same' && !outcome.error;
    if (!gave || run.report.status !== 'reproduced') {
      return report;
    }
    cleared.add(report.cell_id);
    return asFresh(report);
  });
  return { cells, settled: { cleared, confirmed } };
}

/** The cells of which the run still tells. */
function holds(
  document: Parameters<typeof settle>[1],
  { cells }: IFinishedRun
): Set<string> {
  const holding = new Set<string>();
  const codes = document.filter(cell => (cell.kind ?? 'code') === 'code');
  for (const [place, then] of cells.entries()) {
    const now = codes[place];
    if (now?.cell_id !== then.cellId || now.source !== then.source) {
      break;
    }
    if ((now.execution_count ?? null) === then.executionCount) {
      holding.add(then.cellId);
    }
  }
  return holding;
}

function asFresh(report: CellReport): CellReport {
  return {
    ...report,
    state: 'fresh',
    findings: report.findings.map(finding => ({ ...finding, severity: 'info' }))
  };
}
