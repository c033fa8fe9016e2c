import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { readUnified } from '../diff';
import { pairLines } from './paired';
import type { Piece } from './paired';

/** A difference of texts: the saved one on the left, the fresh one on the right. */
export function TextDiff(props: {
  diff: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { diff, trans } = props;
  const lines = React.useMemo(() => pairLines(readUnified(diff)), [diff]);
  return (
    <div
      className="nbr-TextDiff"
      role="group"
      aria-label={trans.__('Difference of the output')}
      tabIndex={0}
    >
      <div className="nbr-TextDiff-head">{trans.__('Saved')}</div>
      <div className="nbr-TextDiff-head">{trans.__('Fresh run')}</div>
      {lines.map((line, index) =>
        line.kind === 'gap' ? (
          <div key={index} className="nbr-TextDiff-gap">
            ⋯
          </div>
        ) : (
          <React.Fragment key={index}>
            <Line pieces={line.saved} side="saved" kind={line.kind} />
            <Line pieces={line.fresh} side="fresh" kind={line.kind} />
          </React.Fragment>
        )
      )}
    </div>
  );
}

function Line(props: {
  pieces: readonly Piece[] | null;
  side: 'saved' | 'fresh';
  kind: 'same' | 'changed';
}): JSX.Element {
  const { pieces, side, kind } = props;
  const state = pieces === null ? 'none' : kind;
  return (
    <div className={`nbr-TextDiff-line nbr-mod-${side} nbr-mod-${state}`}>
      {pieces?.map((piece, index) =>
        piece.changed ? (
          <mark key={index}>{piece.text}</mark>
        ) : (
          <React.Fragment key={index}>{piece.text}</React.Fragment>
        )
      )}
    </div>
  );
}
