import type * as Dagre from '@dagrejs/dagre';

import type { IEdge, IGraph, INode } from './graph';

/** A node with its middle, in pixels. */
export interface IPlacedNode {
  node: INode;
  x: number;
  y: number;
}

/** An edge as a line through points, in pixels. */
export interface IPlacedEdge {
  edge: IEdge;
  points: readonly { x: number; y: number }[];
}

/** A graph as it lies on the screen. */
export interface ILayout {
  nodes: readonly IPlacedNode[];
  edges: readonly IPlacedEdge[];
  width: number;
  height: number;
  /** Where the cells begin that no name flows to or from; the height where there are none. */
  aloneFrom: number;
}

export const NODE = { width: 172, height: 44 };
const GAP = { x: 14, y: 34 };
const MARGIN = 16;
/** Room for the line above the cells on their own. */
const CAPTION = 30;

/** A picture gets no wider than this by what can lie elsewhere as well. */
const WIDE = 1500;
/** So many cells that read the same and give nothing lie one below the other. */
const STACK = { least: 3, most: 8, gap: 6 };

/**
 * Where the cells and the flows lie: dataflow from top to bottom, parts that have nothing to do with
 * each other side by side, cells on their own below.
 *
 * The library is loaded when the first map is drawn.
 */
export async function layoutOf(
  graph: IGraph,
  withImplied: boolean
): Promise<ILayout> {
  const dagre = await import('@dagrejs/dagre');
  const edges = graph.edges.filter(edge => withImplied || !edge.implied);
  const joined = new Set(edges.flatMap(edge => [edge.source, edge.target]));
  const parts = partsOf(graph.nodes, edges).map(part => drawn(part, dagre));
  const packed = pack(parts);
  const width = Math.max(packed.width, 4 * (NODE.width + GAP.x)) + 2 * MARGIN;
  const alone = graph.nodes.filter(node => !joined.has(node.id));
  const aloneFrom = packed.height + (parts.length > 0 ? MARGIN : 0);
  const below = grid(alone, width, aloneFrom + CAPTION);
  const last = below[below.length - 1] as IPlacedNode | undefined;
  return {
    nodes: [...packed.nodes, ...below],
    edges: packed.edges,
    width,
    height: last ? last.y + NODE.height / 2 + MARGIN : aloneFrom,
    aloneFrom
  };
}

/** What hangs together, in document order. */
function partsOf(
  nodes: readonly INode[],
  edges: readonly IEdge[]
): { nodes: INode[]; edges: IEdge[] }[] {
  const root = new Map(nodes.map(node => [node.id, node.id]));
  const find = (id: string): string => {
    const above = root.get(id) ?? id;
    return above === id ? id : find(above);
  };
  edges.forEach(({ source, target }) => root.set(find(target), find(source)));
  const parts = new Map<string, { nodes: INode[]; edges: IEdge[] }>();
  for (const edge of edges) {
    const id = find(edge.source);
    const part = parts.get(id) ?? { nodes: [], edges: [] };
    part.edges.push(edge);
    parts.set(id, part);
  }
  nodes.forEach(node => parts.get(find(node.id))?.nodes.push(node));
  return [...parts.values()].sort(
    (a, b) => nodes.indexOf(a.nodes[0]) - nodes.indexOf(b.nodes[0])
  );
}

/** Cells that read from the same cells and give nothing, in stacks: the stack of each by its id. */
function stacksOf(
  nodes: readonly INode[],
  edges: readonly IEdge[]
): Map<string, string[]> {
  const giving = new Set(edges.map(edge => edge.source));
  const alike = new Map<string, string[]>();
  for (const { id } of nodes) {
    const from = edges.filter(edge => edge.target === id && !edge.hidden);
    const isHidden = edges.some(edge => edge.target === id && edge.hidden);
    if (!giving.has(id) && !isHidden) {
      const key = from.map(edge => edge.source).join(' ');
      alike.set(key, [...(alike.get(key) ?? []), id]);
    }
  }
  const stacks = new Map<string, string[]>();
  for (const ids of alike.values()) {
    for (let from = 0; from < ids.length; from += STACK.most) {
      const stack = ids.slice(from, from + STACK.most);
      if (stack.length >= STACK.least) {
        stack.forEach(id => stacks.set(id, stack));
      }
    }
  }
  return stacks;
}

type Part = Pick<ILayout, 'nodes' | 'edges' | 'width' | 'height'>;

function drawn(
  { nodes, edges }: { nodes: readonly INode[]; edges: readonly IEdge[] },
  { Graph, layout }: typeof Dagre
): Part {
  const stacks = stacksOf(nodes, edges);
  const box = (id: string) => stacks.get(id)?.[0] ?? id;
  const picture = new Graph({ multigraph: true });
  picture.setGraph({ rankdir: 'TB', nodesep: GAP.x, ranksep: GAP.y });
  picture.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) {
    const height = stackHeight(stacks.get(id)?.length ?? 1);
    if (box(id) === id) {
      picture.setNode(id, { width: NODE.width, height });
    }
  }
  for (const { source, target, hidden } of edges) {
    picture.setEdge(source, box(target), { weight: hidden ? 0 : 1 }, 'flow');
  }
  layout(picture);
  const { width = 0, height = 0 } = picture.graph();
  return {
    nodes: nodes.map(node => {
      const { x = 0, y = 0 } = picture.node(box(node.id));
      const stack = stacks.get(node.id);
      return { node, x, y: stack ? inStack(stack, node.id, y) : y };
    }),
    edges: edges.map(edge => ({
      edge,
      points: picture.edge(edge.source, box(edge.target), 'flow').points ?? []
    })),
    width,
    height
  };
}

function stackHeight(count: number): number {
  return count * NODE.height + (count - 1) * STACK.gap;
}

function inStack(stack: readonly string[], id: string, middle: number): number {
  const top = middle - stackHeight(stack.length) / 2 + NODE.height / 2;
  return top + stack.indexOf(id) * (NODE.height + STACK.gap);
}

/** The parts side by side, in rows no wider than the widest of them or than is wide. */
function pack(parts: readonly Part[]): Part {
  const most = Math.max(WIDE, ...parts.map(part => part.width));
  const nodes: IPlacedNode[] = [];
  const edges: IPlacedEdge[] = [];
  let [x, y, width, bottom] = [MARGIN, MARGIN, 0, 0];
  for (const part of parts) {
    if (x > MARGIN && x + part.width > most) {
      [x, y] = [MARGIN, bottom + GAP.y];
    }
    const [right, down] = [x, y];
    nodes.push(
      ...part.nodes.map(at => ({ ...at, x: at.x + right, y: at.y + down }))
    );
    edges.push(
      ...part.edges.map(({ edge, points }) => ({
        edge,
        points: points.map(at => ({ x: at.x + right, y: at.y + down }))
      }))
    );
    x += part.width + 2 * GAP.x;
    width = Math.max(width, x - MARGIN - 2 * GAP.x);
    bottom = Math.max(bottom, y + part.height);
  }
  return { nodes, edges, width, height: bottom };
}

function grid(
  nodes: readonly INode[],
  width: number,
  top: number
): IPlacedNode[] {
  const step = { x: NODE.width + GAP.x, y: NODE.height + GAP.x };
  const columns = Math.max(1, Math.floor((width - MARGIN) / step.x));
  return nodes.map((node, index) => ({
    node,
    x: MARGIN + NODE.width / 2 + (index % columns) * step.x,
    y: top + NODE.height / 2 + Math.floor(index / columns) * step.y
  }));
}

/** The size of the letters of a label. */
const LETTER = { width: 7, height: 12 };

/** How far a label may move from the middle of its edge, the nearest first. */
const SHIFTS = [0, 1, -1, 2, -2].map(lines => lines * LETTER.height);

/**
 * Where the labels of edges begin, on their base lines: in the middle of each edge, or above or
 * below, where another label lies there already.
 */
export function labelPlaces(
  labels: readonly { text: string; points: IPlacedEdge['points'] }[]
): { x: number; y: number }[] {
  const taken: { x: number; y: number; width: number }[] = [];
  return labels.map(({ text, points }) => {
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    const [x, width] = [middle.x + 4, text.length * LETTER.width];
    const isFree = (y: number) =>
      taken.every(
        other =>
          Math.abs(other.y - y) >= LETTER.height ||
          other.x >= x + width ||
          other.x + other.width <= x
      );
    const base = middle.y + 4;
    const shift = SHIFTS.find(by => isFree(base + by)) ?? 0;
    const place = { x, y: base + shift };
    taken.push({ ...place, width });
    return place;
  });
}

/** A smooth path through points that lie as the layout put them: `M … C …`. */
export function pathThrough(points: IPlacedEdge['points']): string {
  if (points.length < 2) {
    return '';
  }
  const [first, ...rest] = points;
  let path = `M${first.x},${first.y}`;
  rest.forEach((to, index) => {
    const from = points[index];
    const middle = (from.y + to.y) / 2;
    path += `C${from.x},${middle} ${to.x},${middle} ${to.x},${to.y}`;
  });
  return path;
}
