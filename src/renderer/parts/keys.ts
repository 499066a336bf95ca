/** Keys of a view, for the help shown by `?`. */
export interface KeyHint {
  readonly keys: readonly string[];
  readonly does: string;
}

/** True while the user types into a field. */
export function typing(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type))
  );
}
