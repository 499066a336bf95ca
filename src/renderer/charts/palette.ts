/**
 * Colours for categories without an order. The first ten are those of Okabe & Ito 2008, which most colour-blind people
 * can tell apart, and two more. The following ones turn the hue by the golden angle, so that neighbours differ most,
 * and change the lightness too: hundreds of categories get different colours.
 */
const FIRST = [
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
const GOLDEN_ANGLE = 137.508;
/** Saturation and lightness in percent: readable on light and dark ground. */
const TONES = [
  [65, 42],
  [55, 60],
  [80, 52],
  [35, 50],
] as const;

/** Number of categories that can be told apart by their colour alone. */
export const DISTINCT = FIRST.length;

export function colourOf(index: number): string {
  const [saturation, lightness] = TONES[index % TONES.length]!;
  const hue = ((index * GOLDEN_ANGLE) % 360).toFixed(1);
  return FIRST[index] ?? `hsl(${hue} ${saturation}% ${lightness}%)`;
}
