/** Keys of a view, for the help shown by `?`. */
export interface KeyHint {
  readonly keys: readonly string[];
  readonly does: string;
}

/** Decisions on the selected images, or else on the open one, or else on the one with the focus. */
export const DECIDE_KEYS: readonly KeyHint[] = [
  { keys: ['K'], does: 'The label is right: keep' },
  { keys: ['A'], does: 'Use the suggested class' },
  { keys: ['R'], does: 'Relabel: type a class' },
  { keys: ['1', '…', '9', '0'], does: 'Relabel to the class with this key' },
  { keys: ['X'], does: 'Exclude from the data set' },
  { keys: ['S'], does: 'Unsure: seen, but not decided' },
  { keys: ['Backspace'], does: 'Remove the decision' },
];

/** Looking closely at the large picture. */
export const ZOOM_KEYS: readonly KeyHint[] = [
  { keys: ['+', '−'], does: 'Larger, smaller (also the wheel); drag to move it' },
  { keys: ['Z'], does: 'True size and back (also a double click)' },
  { keys: ['L'], does: 'Loupe on, off' },
  { keys: ['V'], does: 'Next channel: red, green, blue, alpha, luminance, all' },
];

export const LIKE_KEY: KeyHint = { keys: ['M'], does: 'More like the open image, or the one with the focus' };

/** Two pictures that are compared. */
export const COMPARE_KEYS: readonly KeyHint[] = [
  { keys: ['M'], does: 'While comparing: side by side, difference, blink' },
  { keys: ['T'], does: 'While comparing: zoom together or apart' },
];

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

/**
 * True while a dialog is open above the element: its keys are not for the element. A dialog that opens above another
 * one comes after it in the document.
 */
export function covered(element: Element): boolean {
  const top = [...document.querySelectorAll('dialog[open]')].at(-1);
  return top !== undefined && !top.contains(element);
}
