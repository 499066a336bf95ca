/** Whether the layers of a Keras net before its pretrained base may change the values of the images. */
import { argument } from './draft';
import type { Call, Script, SyntaxNode } from './syntax';

/** Layers and functions that leave pixels in their range, or whose effect is read as a step of the scaling. */
const KEEPS =
  /^(|Input|InputLayer|Sequential|Model|Random\w+|Resizing|CenterCrop|Cropping2D|ZeroPadding2D|UpSampling2D|Identity|Dropout|GaussianNoise|Rescaling|Normalization|Lambda|preprocess_input|convert_image_dtype|per_image_standardization|resize\w*|cast|identity|random_\w+|adapt|Concatenate|concatenate|repeat|tile|partial)$/;

/** Whether a part of the way from the inputs of the net is not known to leave the values as they are. */
const mayChange = (script: Script, parts: ReadonlySet<SyntaxNode>): boolean =>
  [...parts].some((node) => /^(binary_operator|augmented_assignment|unary_operator)$/.test(node.type)) ||
  script.calls.some((call) => parts.has(call.node) && !call.local && !KEEPS.test(call.last));

export function mayChangeBefore(script: Script, base: Call): boolean {
  const isInput = (node: SyntaxNode): boolean => /^(Input|InputLayer)$/.test(script.callAt(node)?.last ?? '');
  const partsOf = (node: SyntaxNode): ReadonlySet<SyntaxNode> =>
    script.origins(node, (one) => one === base.node || isInput(one));
  const given = argument(base, ['input_tensor']);
  const applied = script.calls.flatMap((call) => {
    const callee = call.node.field('function');
    return callee && script.resolve(callee) === base.node ? call.positional.slice(0, 1) : [];
  });
  const before = script.nodes('list').flatMap(({ children }) => {
    const at = children.findIndex((one) => script.resolve(one) === base.node);
    return at > 0 ? children.slice(0, at) : [];
  });
  return [...(given ? [given] : []), ...applied, ...before].some((node) => mayChange(script, partsOf(node)));
}
