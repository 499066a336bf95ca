/**
 * Attachment of a dialog: shows it as long as it exists. Gives the focus back afterwards: Chromium does so only when a
 * dialog is closed, not when it is removed.
 */
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  return () => before instanceof HTMLElement && before.focus();
}
