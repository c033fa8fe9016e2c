import * as React from 'react';

import type { DiffLine } from './diff';

const SIGNS: Record<DiffLine['kind'], string> = {
  same: ' ',
  added: '+',
  removed: '-',
  gap: '⋯'
};

/** A difference, line under line, coloured by the theme. */
export function DiffView(props: {
  lines: readonly DiffLine[];
  label: string;
}): JSX.Element {
  return (
    <div
      className="nbr-Diff"
      role="group"
      aria-label={props.label}
      tabIndex={0}
    >
      {props.lines.map((line, index) => (
        <div key={index} className={`nbr-Diff-line nbr-mod-${line.kind}`}>
          <span className="nbr-Diff-sign">{SIGNS[line.kind]}</span>
          <span className="nbr-Diff-text">{line.text || ' '}</span>
        </div>
      ))}
    </div>
  );
}
