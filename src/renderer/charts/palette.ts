/**
 * Colours for categories without an order: Okabe & Ito 2008, which most colour-blind people can tell apart, and two
 * more for ten classes. After ten, hues repeat.
 */
export const PALETTE = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#8a8f99',
  '#b8a800',
  '#6a3d9a',
  '#7a4a2b',
];

export function colourOf(index: number): string {
  return PALETTE[index % PALETTE.length]!;
}
