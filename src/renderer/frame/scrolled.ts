/** Remembers how far the parts of a view are scrolled. */

/** Lists load their rows after they are shown. A list that stays shorter keeps its new place. */
const PATIENCE_MS = 2000;

/** @returns a function that scrolls the parts of the same view to where they are now, as soon as they are long enough */
export function rememberScroll(selector: string): () => void {
  const places = [...document.querySelectorAll(selector)].map(({ scrollTop }) => scrollTop);
  return () => {
    const until = performance.now() + PATIENCE_MS;
    const missing = new Set(places.flatMap((top, at) => (top > 0 ? [at] : [])));
    const attempt = (): void => {
      const parts = document.querySelectorAll(selector);
      for (const at of missing) {
        const [part, top] = [parts[at], places[at]!];
        if (part === undefined || part.scrollHeight - part.clientHeight < top) continue;
        part.scrollTop = top;
        missing.delete(at);
      }
      if (missing.size > 0 && performance.now() < until) requestAnimationFrame(attempt);
    };
    requestAnimationFrame(attempt);
  };
}
