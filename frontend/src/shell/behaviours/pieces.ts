/** What a behaviour does to the elements that want it, now and whenever htmx brings new ones. */
export type Start = (root: ParentNode) => void;

const starts: Start[] = [];

/** Let a behaviour start on the page and on every piece that is swapped in later. */
export function onPieces(start: Start): void {
  starts.push(start);
}

/** Start all behaviours on a piece of the page. */
export function startPieces(root: ParentNode): void {
  for (const start of starts) start(root);
}

/** Find the elements of a piece, the piece itself included. */
export function within<E extends Element>(root: ParentNode, selector: string): E[] {
  const found = [...root.querySelectorAll<E>(selector)];
  return root instanceof Element && root.matches(selector) ? [root as unknown as E, ...found] : found;
}

/** Tell whether this is the first time that a behaviour meets an element. */
export function isNew(element: Element, behaviour: string): boolean {
  const known = (element as Element & { behaviours?: Set<string> }).behaviours ?? new Set<string>();
  (element as Element & { behaviours?: Set<string> }).behaviours = known;
  if (known.has(behaviour)) return false;
  known.add(behaviour);
  return true;
}
