export { type Api, createApi } from './create-api.ts';
export { openApiDocument } from './openapi/document.ts';
export type { ApiParts, ApiSettings, BackfillProgress, LiveReader, PodLogOptions } from './ports.ts';
export { type ApiProcessSettings, apiSettings } from './settings.ts';
