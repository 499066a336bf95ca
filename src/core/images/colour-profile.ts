const TAGS_FROM = 128;
const MOST_TAGS = 100;
const LONGEST_NAME = 100;
const DESCRIPTION = 0x64657363;
const UNICODE = 0x6d6c7563;

/** The name of an ICC colour profile (ICC.1:2022, and its version 2); null where it has none or is damaged. */
export function profileName(profile: Uint8Array): string | null {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  try {
    for (let tag = 0; tag < Math.min(MOST_TAGS, view.getUint32(TAGS_FROM)); tag += 1) {
      const entry = TAGS_FROM + 4 + tag * 12;
      if (view.getUint32(entry) !== DESCRIPTION) continue;
      const at = view.getUint32(entry + 4);
      const wide = view.getUint32(at) === UNICODE;
      const from = wide ? at + view.getUint32(at + 24) : at + 12;
      const length = Math.min(LONGEST_NAME, wide ? view.getUint32(at + 20) / 2 : view.getUint32(at + 8));
      let name = '';
      for (let i = 0; i + 1 <= length; i += 1) {
        const code = wide ? view.getUint16(from + i * 2) : view.getUint8(from + i);
        if (code === 0) break;
        if (code >= 0x20) name += String.fromCharCode(code);
      }
      return name.trim() === '' ? null : name.trim();
    }
    return null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
