import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IGraph } from './graph';
import { labelPlaces, layoutOf, NODE, pathThrough } from './layout';
import type { ILayout, IPlacedEdge, IPlacedNode } from './layout';
import { Roving } from '../panel/roving';
import { cut, describe, namesLabel } from './words';

interface IMapProps {
  graph: IGraph;
  trans: TranslationBundle;
  reveal(cellId: string): void;
}

/** How near the picture can be had, and how far; and what can still be read. */
const ZOOM = { least: 0.2, readable: 0.8, most: 2, step: 1.25 };

/** The map: what can be set above, the picture below. */
export function MapView(props: IMapProps): JSX.Element {
  const { graph, trans } = props;
  const [withImplied, setWithImplied] = React.useState(false);
  const [zoom, setZoom] = React.useState<number | 'fit' | null>(null);
  const [room, setRoom] = React.useState(0);
  const frame = React.useRef<HTMLDivElement>(null);
  const layout = useLayout(graph, withImplied);

  React.useEffect(() => {
    const observer = new ResizeObserver(([entry]) =>
      setRoom(entry.contentRect.width)
    );
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);

  const fit = layout && room ? Math.min(1, room / layout.width) : 1;
  const scale =
    zoom === 'fit'
      ? Math.max(fit, ZOOM.least)
      : (zoom ?? Math.max(fit, ZOOM.readable));
  const isDrawn = layout !== null && room > 0;
  // Where it is wider than the tab, it opens at what it is looked at for.
  React.useEffect(() => {
    if (isDrawn) {
      const picture = frame.current!;
      const start =
        picture.querySelector('.nbr-Map-node.nbr-mod-hidden') ??
        picture.querySelector('.nbr-Map-node');
      start?.scrollIntoView({ block: 'nearest', inline: 'center' });
    }
  }, [isDrawn]);
  const zoomBy = (factor: number) =>
    setZoom(Math.min(ZOOM.most, Math.max(ZOOM.least, scale * factor)));
  return (
    <>
      <div className="nbr-Map-bar">
        <ZoomButtons zoomBy={zoomBy} fit={() => setZoom('fit')} trans={trans} />
        <label className="nbr-Map-option">
          <input
            type="checkbox"
            checked={withImplied}
            onChange={event => setWithImplied(event.target.checked)}
          />
          {trans.__('All flows')}
        </label>
        <Legend trans={trans} />
      </div>
      <div
        ref={frame}
        className="nbr-Map-frame"
        tabIndex={0}
        role="region"
        aria-label={trans.__('Dataflow of the notebook')}
        onWheel={event => {
          if (event.ctrlKey) {
            zoomBy(event.deltaY < 0 ? ZOOM.step : 1 / ZOOM.step);
          }
        }}
      >
        {layout && <Picture {...props} layout={layout} scale={scale} />}
      </div>
    </>
  );
}

/** The layout of the graph; the one before stands until the next is there. */
function useLayout(graph: IGraph, withImplied: boolean): ILayout | null {
  const [layout, setLayout] = React.useState<ILayout | null>(null);
  React.useEffect(() => {
    let isWanted = true;
    void layoutOf(graph, withImplied).then(next => {
      if (isWanted) {
        setLayout(next);
      }
    });
    return () => {
      isWanted = false;
    };
  }, [graph, withImplied]);
  return layout;
}

function ZoomButtons(props: {
  zoomBy(factor: number): void;
  fit(): void;
  trans: TranslationBundle;
}): JSX.Element {
  const { zoomBy, fit, trans } = props;
  return (
    <div className="nbr-Map-zoom" role="group" aria-label={trans.__('Zoom')}>
      <button
        className="jp-mod-styled"
        title={trans.__('Smaller')}
        aria-label={trans.__('Smaller')}
        onClick={() => zoomBy(1 / ZOOM.step)}
      >
        −
      </button>
      <button
        className="jp-mod-styled"
        title={trans.__('As wide as the tab')}
        onClick={fit}
      >
        {trans.__('Fit')}
      </button>
      <button
        className="jp-mod-styled"
        title={trans.__('Larger')}
        aria-label={trans.__('Larger')}
        onClick={() => zoomBy(ZOOM.step)}
      >
        +
      </button>
    </div>
  );
}

function Legend(props: { trans: TranslationBundle }): JSX.Element {
  const { trans } = props;
  return (
    <ul className="nbr-Map-legend" aria-label={trans.__('Legend')}>
      <li className="nbr-mod-flow">{trans.__('a name flows')}</li>
      <li className="nbr-mod-hidden">{trans.__('hidden state')}</li>
      <li className="nbr-mod-module">{trans.__('in a module already')}</li>
    </ul>
  );
}

function Picture(
  props: IMapProps & { layout: ILayout; scale: number }
): JSX.Element {
  const { graph, layout, scale, reveal, trans } = props;
  const [chosen, setChosen] = React.useState<string | null>(null);
  const near = React.useMemo(() => nearTo(graph, chosen), [graph, chosen]);
  const isAlone = layout.aloneFrom < layout.height;
  const labels = React.useMemo(
    () => labelsOf(layout.edges, chosen),
    [layout, chosen]
  );
  return (
    <Roving className="nbr-Map-picture">
      <svg
        className={chosen ? 'nbr-mod-chosen' : ''}
        width={layout.width * scale}
        height={layout.height * scale}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        role="group"
        aria-label={trans.__('Cells')}
        onMouseLeave={() => setChosen(null)}
      >
        <Arrowheads />
        {layout.edges.map(placed => (
          <Edge
            key={`${placed.edge.source} ${placed.edge.target}`}
            placed={placed}
            near={isNear(placed, chosen)}
            label={labels.get(placed)}
          />
        ))}
        {isAlone && (
          <text className="nbr-Map-caption" x={16} y={layout.aloneFrom + 16}>
            {trans.__('No name flows to or from these cells:')}
          </text>
        )}
        {layout.nodes.map(placed => (
          <Node
            key={placed.node.id}
            placed={placed}
            description={describe(placed.node, graph, trans)}
            near={near.has(placed.node.id)}
            choose={setChosen}
            reveal={reveal}
          />
        ))}
      </svg>
    </Roving>
  );
}

/** The chosen cell and those that names flow to it from or from it to. */
function nearTo(graph: IGraph, chosen: string | null): ReadonlySet<string> {
  return new Set(
    chosen === null
      ? []
      : [
          chosen,
          ...graph.edges.flatMap(({ source, target }) =>
            source === chosen ? [target] : target === chosen ? [source] : []
          )
        ]
  );
}

function isNear({ edge }: IPlacedEdge, chosen: string | null): boolean {
  return edge.source === chosen || edge.target === chosen;
}

function Arrowheads(): JSX.Element {
  return (
    <defs>
      {['flow', 'hidden'].map(kind => (
        <marker
          key={kind}
          id={`nbr-Map-arrow-${kind}`}
          className={`nbr-Map-arrow nbr-mod-${kind}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path d="M0,0L8,4L0,8z" />
        </marker>
      ))}
    </defs>
  );
}

/** The edges that are labelled: all of a small map, else hidden state and what is chosen. */
function labelsOf(edges: readonly IPlacedEdge[], chosen: string | null) {
  const labelAll = edges.length <= 24;
  const labelled = edges.filter(
    placed => labelAll || placed.edge.hidden || isNear(placed, chosen)
  );
  const places = labelPlaces(
    labelled.map(({ edge, points }) => ({
      text: namesLabel(edge.names),
      points
    }))
  );
  return new Map(labelled.map((placed, at) => [placed, places[at]]));
}

function Edge(props: {
  placed: IPlacedEdge;
  near: boolean;
  /** Where its label begins, if it has one. */
  label: { x: number; y: number } | undefined;
}): JSX.Element {
  const { placed, near, label } = props;
  const { edge, points } = placed;
  const kind = edge.hidden ? 'hidden' : 'flow';
  return (
    <g className={`nbr-Map-edge nbr-mod-${kind} ${near ? 'nbr-mod-near' : ''}`}>
      <path d={pathThrough(points)} markerEnd={`url(#nbr-Map-arrow-${kind})`} />
      {label && <text {...label}>{namesLabel(edge.names)}</text>}
    </g>
  );
}

function Node(props: {
  placed: IPlacedNode;
  description: string;
  near: boolean;
  choose(id: string): void;
  reveal(cellId: string): void;
}): JSX.Element {
  const { placed, description, near, choose, reveal } = props;
  const { node, x, y } = placed;
  const { cell } = node;
  const kinds = [
    node.state ? `nbr-mod-${node.state}` : '',
    cell ? '' : 'nbr-mod-gone',
    cell && cell.modules.length > 0 ? 'nbr-mod-module' : '',
    near ? 'nbr-mod-near' : ''
  ];
  const go = () => {
    if (cell) {
      reveal(cell.cell_id);
    }
  };
  return (
    <g
      className={`nbr-Map-node ${kinds.filter(Boolean).join(' ')}`}
      data-cell-id={cell?.cell_id}
      data-nbr-stop
      role="button"
      tabIndex={-1}
      aria-label={description}
      transform={`translate(${x - NODE.width / 2} ${y - NODE.height / 2})`}
      onClick={go}
      onMouseEnter={() => choose(node.id)}
      onFocus={() => choose(node.id)}
      onKeyDown={event => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          go();
        }
      }}
    >
      <title>{description}</title>
      <rect width={NODE.width} height={NODE.height} rx={4} />
      <text className="nbr-Map-number" x={8} y={18}>
        {cell ? `#${cell.number}` : '?'}
      </text>
      <text className="nbr-Map-label" x={cell ? 40 : 24} y={18}>
        {cut(cell?.heading || node.label, cell ? 17 : 20)}
      </text>
      {cell && (
        <text className="nbr-Map-detail" x={8} y={35}>
          {cut(detail(cell.defines, cell.modules), 24)}
        </text>
      )}
    </g>
  );
}

function detail(
  defines: readonly string[],
  modules: readonly string[]
): string {
  return [modules.join(', '), defines.join(', ')].filter(Boolean).join(' → ');
}
