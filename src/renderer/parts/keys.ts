/** Keys of a view, for the help that `?` shows. */
export interface KeyHint {
  readonly keys: readonly string[];
  readonly does: string;
}

/** True where a key belongs to what is being typed into. */
export function typing(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type))
  );
}
