import type { TranslationBundle } from '@jupyterlab/translation';

import type { IGraph, INode } from './graph';

/** What a cell of the map is, in full: for who points at it, and for a screen reader. */
export function describe(
  node: INode,
  graph: IGraph,
  trans: TranslationBundle
): string {
  const numbers = new Map(
    graph.nodes.map(each => [each.id, each.cell?.number ?? null])
  );
  const name = (id: string) => {
    const number = numbers.get(id);
    return number
      ? trans.__('cell %1', number)
      : trans.__('a cell that is gone');
  };
  const flows = graph.edges.flatMap(edge => {
    const names = edge.names.join(', ');
    if (edge.target === node.id) {
      return edge.hidden
        ? [trans.__('hidden: %1 from %2', names, name(edge.source))]
        : [trans.__('reads %1 from %2', names, name(edge.source))];
    }
    return edge.source === node.id
      ? [trans.__('gives %1 to %2', names, name(edge.target))]
      : [];
  });
  return [title(node, trans), standing(node, trans), ...flows]
    .filter(Boolean)
    .join('\n');
}

function title(node: INode, trans: TranslationBundle): string {
  return node.cell
    ? trans.__('Code cell %1: %2', node.cell.number, node.label)
    : trans.__(
        '%1 was defined by a cell that is no longer in the notebook',
        node.label
      );
}

function standing(node: INode, trans: TranslationBundle): string {
  const { modules = [] } = node.cell ?? {};
  return [
    node.state === 'hidden' ? trans.__('depends on hidden state') : '',
    node.state === 'affected'
      ? trans.__('affected by hidden state of another cell')
      : '',
    modules.length > 0 ? trans.__('uses %1', modules.join(', ')) : ''
  ]
    .filter(Boolean)
    .join('\n');
}

/** The names of an edge with room for little: `df, model +2`. */
export function namesLabel(names: readonly string[]): string {
  const shown = names.slice(0, 2).join(', ');
  return names.length > 2 ? `${shown} +${names.length - 2}` : shown;
}

/** The text, cut to a number of characters. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
