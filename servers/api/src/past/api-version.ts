// `apps/v1`, taken apart and named: objects of one kind are told apart by group, not by version.

export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

export const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1);

/** `apps/Deployment`, `/Pod`: one name per kind, whatever version it was recorded in. */
export const kindKey = (group: string, kind: string): string => `${group}/${kind}`;
