// What manifestr offers as a library.

export { type Figures, measure } from './bench/measure.ts';
export { run as runCommand } from './command/run.ts';
export { PyDict, PyTuple, type Value } from './python/values.ts';
export { type Renderer, renderer } from './runtime/renderer.ts';
export { describeError, TemplateError } from './template/template-error.ts';
export { type RenderedFile, type RenderTreeOptions, renderTree } from './tree/render-tree.ts';
export { replaceDirectory } from './tree/replace-directory.ts';
export { TreeError } from './tree/tree-error.ts';
export { fromPlain } from './values/from-plain.ts';
export { loadValues, readValuesFile, type SetOption, type ValuesFile } from './values/load-values.ts';
export { mergeDeep } from './values/merge.ts';
export { ValuesError } from './values/values-error.ts';
