/** Reads the camera from an EXIF block: the one thing that the index needs and the decoder does not return. */

const MAKE = 0x010f;
const MODEL = 0x0110;
const ASCII = 2;

/** @param block as the decoder gives it, with or without its "Exif\0\0" prefix; @returns "make model", or null */
export function cameraOf(block: Uint8Array): string | null {
  const start = block[0] === 0x45 && block[1] === 0x78 ? 6 : 0;
  const view = new DataView(block.buffer, block.byteOffset + start, Math.max(0, block.byteLength - start));
  try {
    const little = view.getUint16(0) === 0x4949;
    const directory = view.getUint32(4, little);
    const names: string[] = [];
    for (let entry = 0; entry < Math.min(512, view.getUint16(directory, little)); entry += 1) {
      const at = directory + 2 + entry * 12;
      const tag = view.getUint16(at, little);
      if ((tag !== MAKE && tag !== MODEL) || view.getUint16(at + 2, little) !== ASCII) continue;
      const length = Math.min(200, view.getUint32(at + 4, little));
      const from = length > 4 ? view.getUint32(at + 8, little) : at + 8;
      let text = '';
      for (let i = 0; i < length; i += 1) {
        const code = view.getUint8(from + i);
        if (code === 0) break;
        if (code >= 0x20 && code < 0x7f) text += String.fromCharCode(code);
      }
      if (text.trim()) names.push(text.trim());
    }
    return names.length > 0 ? names.join(' ') : null;
  } catch (error) {
    // A block that points outside itself is treated as having no camera.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
