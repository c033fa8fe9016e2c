import { splitCode } from '../prose';

/** A message for where React does not draw: what stands between backticks is code. */
export function sentence(message: string): Node[] {
  return splitCode(message).map((piece, index) => {
    const node = document.createElement(index % 2 === 1 ? 'code' : 'span');
    node.textContent = piece;
    return node;
  });
}
