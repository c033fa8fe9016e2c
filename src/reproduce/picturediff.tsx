import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

type Mode = 'sides' | 'slider' | 'marks';

/** Two pictures: beside each other, one over the other with a slider, or with what changed marked. */
export function PictureDiff(props: {
  saved: string;
  fresh: string;
  /** A transparent picture that marks what changed; null where the sizes differ. */
  marks: string | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { saved, fresh, marks, trans } = props;
  const [mode, setMode] = React.useState<Mode>('sides');
  const modes: [Mode, string][] = [
    ['sides', trans.__('Side by side')],
    ['slider', trans.__('Slider')],
    ['marks', trans.__('What changed')]
  ];
  return (
    <div className="nbr-PictureDiff">
      {marks !== null && (
        <div
          className="nbr-PictureDiff-modes"
          role="group"
          aria-label={trans.__('How the pictures are shown')}
        >
          {modes.map(([name, label]) => (
            <button
              key={name}
              type="button"
              aria-pressed={mode === name}
              onClick={() => setMode(name)}
            >
              {label}
            </button>
          ))}
        </div>
      )}
      {mode === 'slider' && <Slider {...{ saved, fresh, trans }} />}
      {mode === 'marks' && marks !== null && (
        <div className="nbr-PictureDiff-stack nbr-mod-marks">
          <img src={fresh} alt={trans.__('Fresh run')} />
          <img src={marks} alt={trans.__('What changed')} />
        </div>
      )}
      {mode === 'sides' && (
        <div className="nbr-Report-sides">
          <Picture label={trans.__('Saved')} address={saved} />
          <Picture label={trans.__('Fresh run')} address={fresh} />
        </div>
      )}
    </div>
  );
}

function Picture(props: { label: string; address: string }): JSX.Element {
  return (
    <figure className="nbr-Report-side">
      <figcaption>{props.label}</figcaption>
      <img src={props.address} alt={props.label} />
    </figure>
  );
}

/** The saved picture left of the handle, the fresh one right of it. */
function Slider(props: {
  saved: string;
  fresh: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { saved, fresh, trans } = props;
  const [share, setShare] = React.useState(50);
  return (
    <div
      className="nbr-PictureDiff-stack nbr-mod-slider"
      style={{ '--nbr-share': `${share}%` } as React.CSSProperties}
    >
      <img src={saved} alt={trans.__('Saved')} />
      <img
        className="nbr-PictureDiff-over"
        src={fresh}
        alt={trans.__('Fresh run')}
      />
      <span className="nbr-PictureDiff-tag nbr-mod-saved">
        {trans.__('Saved')}
      </span>
      <span className="nbr-PictureDiff-tag nbr-mod-fresh">
        {trans.__('Fresh run')}
      </span>
      <div className="nbr-PictureDiff-handle" />
      <input
        type="range"
        min="0"
        max="100"
        value={share}
        aria-label={trans.__('How much of the saved picture is shown')}
        onChange={event => setShare(Number(event.target.value))}
      />
    </div>
  );
}
