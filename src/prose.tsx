import * as React from 'react';

/** A sentence of the server's: what stands in backticks is code. */
export function Prose(props: { text: string }): JSX.Element {
  const parts = props.text.split('`');
  // A lone backtick is no mark.
  if (parts.length % 2 === 0) {
    return <>{props.text}</>;
  }
  return (
    <>
      {parts.map((part, index) =>
        index % 2 ? (
          <code key={index} className="nbr-Prose-code">
            {part}
          </code>
        ) : (
          part
        )
      )}
    </>
  );
}
