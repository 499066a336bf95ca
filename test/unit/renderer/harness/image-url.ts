/** A plain browser has no image protocol: a picture is drawn from the image's number instead. */
export function imageUrl(kind: 'thumbnail' | 'picture', _dataset: unknown, image: number): string {
  const hue = (image * 47) % 360;
  const turn = (image * 13) % 90;
  const large = kind === 'picture' ? 'M20 80 L50 20 L80 80 Z' : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 90"><rect width="120" height="90" fill="hsl(${hue} 30% 62%)"/><circle cx="${30 + (image % 60)}" cy="45" r="${14 + (image % 17)}" fill="hsl(${(hue + 120) % 360} 45% 40%)"/><rect x="60" y="30" width="34" height="34" transform="rotate(${turn} 77 47)" fill="hsl(${(hue + 200) % 360} 40% 30%)"/><path d="${large}" fill="rgba(255,255,255,.25)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
