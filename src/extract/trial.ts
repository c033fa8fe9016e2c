import type { IRefactorClient } from '../client';
import type { CellEdit, CheckRequest } from '../messages';

/**
 * The names because of which the cells, were they run now, would not give what a fresh run gives:
 * what they read was changed since, by themselves or by others. The old versions are tried, which
 * do what the new ones do; nothing is run.
 *
 * @param reading the document before the edits, and what the kernel ran; where it did not tell that,
 * nothing is known to be in the way
 */
export async function namesInTheWay(
  client: Pick<IRefactorClient, 'check'>,
  reading: CheckRequest,
  edits: readonly CellEdit[]
): Promise<string[]> {
  if (!reading.executions) {
    return [];
  }
  const runs = edits.map(({ cell_id, before }) => ({
    cell_id,
    source: before,
    status: 'ok' as const
  }));
  const executions = [...reading.executions, ...runs];
  const report = await client.check({ ...reading, executions });
  const tried = new Set(edits.map(edit => edit.cell_id));
  const names = report.cells
    .filter(cell => tried.has(cell.cell_id) && cell.state === 'hidden')
    .flatMap(cell => cell.findings)
    .filter(finding => finding.severity === 'error')
    .flatMap(finding => finding.name ?? []);
  return [...new Set(names)];
}
