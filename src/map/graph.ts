import type {
  CellReport,
  MapCell,
  NotebookMap,
  NotebookReport,
  State
} from '../messages';

/** A cell of the map; or, without one, a cell that is gone from the notebook. */
export interface INode {
  id: string;
  cell: MapCell | null;
  /** The first line of code, or the name that a cell which is gone gave. */
  label: string;
  state: State | null;
}

/** Names that flow from one cell to another. */
export interface IEdge {
  source: string;
  target: string;
  names: readonly string[];
  /** Whether only the kernel has it: a fresh run would not give it. */
  hidden: boolean;
  /** Whether the other edges lead there too, by way of other cells. */
  implied: boolean;
}

export interface IGraph {
  nodes: readonly INode[];
  edges: readonly IEdge[];
}

/** The picture of a notebook: its dataflow, and where its hidden state comes from. */
export function graphOf(
  map: NotebookMap,
  report: NotebookReport | null,
  sources: ReadonlyMap<string, string>
): IGraph {
  const reports = new Map(report?.cells.map(cell => [cell.cell_id, cell]));
  const known = new Set(map.cells.map(cell => cell.cell_id));
  const links = [...reports.values()]
    .filter(cell => known.has(cell.cell_id))
    .flatMap(cell => hiddenLinks(cell, known));
  const gone = new Set(
    links.map(link => link.source).filter(id => !known.has(id))
  );
  return {
    nodes: [
      ...[...gone].map(id => ({
        id,
        cell: null,
        label: id.slice(GONE.length),
        state: null
      })),
      ...map.cells.map(cell => ({
        id: cell.cell_id,
        cell,
        label: firstLine(sources.get(cell.cell_id) ?? ''),
        state: reports.get(cell.cell_id)?.state ?? null
      }))
    ],
    edges: withHidden(reduced(map), links)
  };
}

/** How the ids of cells begin that are gone from the notebook: the name that they gave follows. */
const GONE = 'gone:';

interface ILink {
  source: string;
  target: string;
  name: string;
}

function hiddenLinks(
  report: CellReport,
  known: ReadonlySet<string>
): readonly ILink[] {
  if (report.state !== 'hidden') {
    return [];
  }
  return report.findings.flatMap(({ name, severity, sources }) => {
    if (!name || severity === 'info') {
      return [];
    }
    const inside = sources.filter(id => known.has(id));
    const from = inside.length > 0 ? inside : [`${GONE}${name}`];
    return from
      .filter(source => source !== report.cell_id)
      .map(source => ({ source, target: report.cell_id, name }));
  });
}

/** The flows, with those told apart that a way over other cells tells already. */
function reduced(map: NotebookMap): IEdge[] {
  const after = new Map<string, string[]>();
  for (const { source, target } of map.flows) {
    after.set(source, [...(after.get(source) ?? []), target]);
  }
  const reached = new Map<string, ReadonlySet<string>>();
  // Names flow down the notebook only, so from the last cell up all is known that is asked.
  for (const { cell_id } of [...map.cells].reverse()) {
    const next = after.get(cell_id) ?? [];
    reached.set(
      cell_id,
      new Set(next.flatMap(id => [id, ...(reached.get(id) ?? [])]))
    );
  }
  return map.flows.map(({ source, target, names }) => ({
    source,
    target,
    names,
    hidden: false,
    implied: (after.get(source) ?? []).some(
      other => other !== target && reached.get(other)?.has(target)
    )
  }));
}

function withHidden(edges: IEdge[], links: readonly ILink[]): IEdge[] {
  const all = new Map(edges.map(edge => [key(edge), edge]));
  for (const link of links) {
    const before = all.get(key(link));
    all.set(key(link), {
      source: link.source,
      target: link.target,
      // What is hidden is what the picture has to say about this pair of cells.
      names: before?.hidden
        ? [...new Set([...before.names, link.name])]
        : [link.name],
      hidden: true,
      implied: false
    });
  }
  return [...all.values()];
}

function key({ source, target }: { source: string; target: string }): string {
  return `${source}\u0000${target}`;
}

function firstLine(source: string): string {
  const lines = source.split('\n').map(line => line.trim());
  return lines.find(line => line !== '' && !line.startsWith('#')) ?? lines[0];
}
