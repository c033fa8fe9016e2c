import * as React from 'react';

/** A sentence in pieces: every other one, from the second on, stood between backticks. */
export function splitCode(sentence: string): string[] {
  const pieces = sentence.split('`');
  // A lone backtick is no mark.
  return pieces.length % 2 === 1 ? pieces : [sentence];
}

/** A sentence of the server's: what stands between backticks is code. */
export function Prose(props: { text: string }): JSX.Element {
  return (
    <>
      {splitCode(props.text).map((piece, index) =>
        index % 2 === 1 ? (
          <code key={index} className="nbr-Prose-code">
            {piece}
          </code>
        ) : (
          piece
        )
      )}
    </>
  );
}
