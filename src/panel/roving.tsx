import * as React from 'react';

const STOPS = 'button:not(:disabled), a[href], summary, [data-nbr-stop]';

/**
 * A region whose buttons are one stop for the Tab key: the arrow keys, Home and End go from one to
 * the next. The stop is where the keyboard was last.
 */
export function Roving(props: {
  className?: string;
  children: React.ReactNode;
}): JSX.Element {
  const region = React.useRef<HTMLDivElement>(null);
  const last = React.useRef<HTMLElement | null>(null);

  const stops = () =>
    Array.from(region.current?.querySelectorAll<HTMLElement>(STOPS) ?? []);
  const settle = () => {
    const all = stops();
    if (!last.current || !all.includes(last.current)) {
      last.current = all[0] ?? null;
    }
    all.forEach(stop => {
      const tabIndex = stop === last.current ? 0 : -1;
      if (stop.tabIndex !== tabIndex) {
        stop.tabIndex = tabIndex;
      }
    });
  };
  // What the region holds changes below it too, so it looks each time it was drawn.
  React.useLayoutEffect(settle);
  React.useEffect(() => {
    const observer = new MutationObserver(settle);
    observer.observe(region.current!, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);

  return (
    <div
      ref={region}
      className={props.className}
      onFocus={event => {
        const stop = (event.target as HTMLElement).closest<HTMLElement>(STOPS);
        if (stop) {
          last.current = stop;
          settle();
        }
      }}
      onKeyDown={event => {
        const target = event.target as HTMLElement;
        const to = next(stops(), target, event.key);
        if (to && !isText(target) && !hasModifier(event)) {
          event.preventDefault();
          to.focus();
        }
      }}
    >
      {props.children}
    </div>
  );
}

function next(
  stops: readonly HTMLElement[],
  from: HTMLElement,
  key: string
): HTMLElement | undefined {
  const place = stops.indexOf(from);
  switch (key) {
    case 'ArrowDown':
      return stops[place + 1];
    case 'ArrowUp':
      return stops[Math.max(place - 1, 0)];
    case 'Home':
      return stops[0];
    case 'End':
      return stops[stops.length - 1];
  }
}

function isText(element: HTMLElement): boolean {
  return element.matches('input, textarea, select, [contenteditable]');
}

function hasModifier(event: React.KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
}
