/** The order of the channels in which a script reads its images. */
import { imageReads } from './keras-scaling';
import { lastPart, nameOf, type Call, type Script, type SyntaxNode } from './syntax';

/** The order of the channels in which images are read; null if it is not known. */
export function channelsOf(script: Script, parts: ReadonlySet<SyntaxNode>): { order: 'rgb' | 'bgr'; at: Call } | null {
  const reads = imageReads(script, parts);
  const opencv = reads.find((call) => /^cv2?\b/.test(call.name) || (call.last === 'imread' && /^cv2/.test(call.name)));
  if (!opencv) return reads[0] && !reads.some((call) => call.last === 'open') ? { order: 'rgb', at: reads[0] } : null;
  if (opencv.positional.length > 1 || opencv.keywords.size > 0) return null;
  const turned = [...parts].some(
    (node) =>
      (node.type === 'call' &&
        /^(cvtColor|split|merge|flip|reverse)$/.test(lastPart(nameOf(node.field('function'))))) ||
      (node.type === 'subscript' && /::\s*-1|\[\s*2\s*,\s*1\s*,\s*0/.test(node.text)),
  );
  return turned ? null : { order: 'bgr', at: opencv };
}
