import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Difference } from '../messages';
import { Prose } from '../prose';
import { PictureDiff } from './picturediff';
import { pictureAddress } from './report';
import { TableDiff } from './tablediff';
import { TextDiff } from './textdiff';

/** How one output differs: in a sentence, and shown as its kind is read best. */
export function DifferenceView(props: {
  difference: Difference;
  trans: TranslationBundle;
}): JSX.Element {
  const { difference, trans } = props;
  return (
    <div className="nbr-Report-difference">
      <div className="nbr-Report-why">
        <Prose text={difference.why} />
      </div>
      <Shown difference={difference} trans={trans} />
    </div>
  );
}

function Shown(props: {
  difference: Difference;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { difference, trans } = props;
  const { mime, diff, table, saved, fresh, marks } = difference;
  if (table) {
    return <TableDiff table={table} trans={trans} />;
  }
  if (diff) {
    return <TextDiff diff={diff} trans={trans} />;
  }
  const [old, now] = [saved, fresh].map(content =>
    content === null ? null : pictureAddress(mime, content)
  );
  if (old && now) {
    return (
      <PictureDiff
        saved={old}
        fresh={now}
        marks={marks === null ? null : pictureAddress(mime, marks)}
        trans={trans}
      />
    );
  }
  return saved === null && fresh === null ? null : (
    <div className="nbr-Report-sides">
      <Side {...{ mime, trans }} label={trans.__('Saved')} content={saved} />
      <Side
        {...{ mime, trans }}
        label={trans.__('Fresh run')}
        content={fresh}
      />
    </div>
  );
}

function Side(props: {
  label: string;
  mime: string;
  content: string | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { label, mime, content, trans } = props;
  const picture = content === null ? null : pictureAddress(mime, content);
  return (
    <figure className="nbr-Report-side">
      <figcaption>{label}</figcaption>
      {content === null ? (
        <div className="nbr-Report-note">{trans.__('no output')}</div>
      ) : picture !== null ? (
        <img src={picture} alt={label} />
      ) : (
        <pre>{content}</pre>
      )}
    </figure>
  );
}
